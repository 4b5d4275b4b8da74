"""托管地址 (一址多照): a carrier lets its tenant register a company at the carrier's address, for a time."""

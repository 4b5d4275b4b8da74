"""`make bench`: ratios, never absolute times. One run measures both sides, interleaved, with a control."""

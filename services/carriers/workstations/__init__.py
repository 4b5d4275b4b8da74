"""The numbered seats of a carrier and who has which from when to when; two never have one at once."""

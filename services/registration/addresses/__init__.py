"""Hosted addresses as registration sees them: grants heard from carriers, and who is registered by them."""

"""What a pool pays on a claim, what comes back, what is clawed back."""

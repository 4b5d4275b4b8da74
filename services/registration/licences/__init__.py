"""The business licence: content, signature, paper, status and verification (细则 art. 23)."""

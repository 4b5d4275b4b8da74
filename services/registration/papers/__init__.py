"""Papers that the platform writes itself: application, articles, appointments, promise, receipt and notices.

Nobody is asked for a document that the form already says (条例 art. 16). A paper is written once, in the
transaction that it belongs to, and kept: what a signer reads is what is signed and what is read ever after.
"""

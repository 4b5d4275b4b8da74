"""Papers that the platform writes itself: application, articles, appointments, receipt and notices.

Nobody is asked for a document that the form already says (条例 art. 16); what is signed is the digest of the
form, and each of these papers carries it.
"""

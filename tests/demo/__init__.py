"""`make demo`: the journey to a licence, played through the gateway as four different people."""

"""The copy of the enterprise register that each service keeps for itself, from registration's events.

No service asks another who is licensed; each hears it. The copy is the same everywhere, so it stands here
once: columns, subscription, queries and the routes over it. A service declares its table and mounts it.
"""

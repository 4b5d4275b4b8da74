"""Places that carry founders: maker spaces, incubators, accelerators.

Small in this version, but a service of its own: its database, its API, its worker.
"""

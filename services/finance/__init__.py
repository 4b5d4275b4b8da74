"""Money for those who start: loan products today; pools, subsidies and insurance have their rooms here.

Small in this version, but a service of its own: its database, its API, its worker.
"""

"""Facts that are written down and reviewed when they change: who may call what, and how matters move."""

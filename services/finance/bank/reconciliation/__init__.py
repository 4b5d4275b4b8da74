"""Two books, one business date: our figures as a file, the bank's as an upload, and where they differ."""

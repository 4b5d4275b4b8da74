"""The outside's short-message provider and mail server, simulated: see README.md."""

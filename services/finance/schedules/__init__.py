"""What is due when: instalments and interest as pure rules, exact to the fen."""

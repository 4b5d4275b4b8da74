"""The offices that help: from offices.csv."""

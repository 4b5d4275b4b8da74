"""The departments outside Yichuang, played by one program. Its contract is README.md."""

"""A bank outside the house, for the sandbox: it knows Yichuang by its public API and nothing else."""

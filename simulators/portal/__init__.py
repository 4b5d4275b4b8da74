"""A portal's app: signs a founder in, checks a name, begins a case. Uses docs/portal-api.md alone."""

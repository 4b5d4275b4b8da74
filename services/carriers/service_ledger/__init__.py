"""服务台账: what a carrier's providers did for its tenants, rated once by who received it (policy C)."""

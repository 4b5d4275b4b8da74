"""The catalogue: one OpenAPI document of all services and one reference page, both without a network.

The documents are the committed ones under contracts/openapi, so the page also works while a service is
down, and says what was reviewed.
"""

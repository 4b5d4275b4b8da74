"""Other people's tools on our OpenAPI documents: linters and generators that a stranger would take."""

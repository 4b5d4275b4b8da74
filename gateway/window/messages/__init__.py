"""The inbox as pages."""

"""The place of these tests (tests.services.carriers.place)."""

from tests.services.carriers.place import place

__all__ = ["place"]

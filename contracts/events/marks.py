"""Marks on the fields of event payloads. A mark says what a field is; who acts on it stands elsewhere."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Internal:
    """The field travels between our services only: the gateway leaves it out of the feed and of
    webhooks. For keyed hashes of persons and whatever else is no id that a stranger may hold.

    legal_representative: Annotated[str | None, Internal()] = None
    """

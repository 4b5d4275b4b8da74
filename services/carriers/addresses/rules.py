"""What can still be done with a grant, by its state. Pure."""


def can_be_extended(state: str) -> bool:
    """Only a live grant gets another last day; one that is closing has its firms' time already."""
    return state == "live"


def can_be_revoked(state: str) -> bool:
    """Until it has ended."""
    return state != "ended"

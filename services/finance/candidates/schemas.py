"""What goes out about entries of the library, to the staff."""

from datetime import date
from uuid import UUID

from kit.schemas import Out


class CandidateEntryView(Out):
    """A live entry: the verified figures of `figures_year`, money in fen."""

    case_id: UUID
    uscc: str
    region_code: str
    figures_year: int
    revenue_fen: int
    staff: int
    assets_fen: int
    tech_staff: int
    sme_score: int | None
    own_ip: int
    patents: int
    titles: list[str]
    verified_on: date
    valid_until: date

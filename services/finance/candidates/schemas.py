"""What goes out about entries of the library, to the staff."""

from datetime import date
from uuid import UUID

from kit.schemas import Out


class LibraryFigures(Out):
    """The figures of `figures_year` that an officer has verified, money in fen."""

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


class CandidateEntryView(LibraryFigures):
    """A live entry, for the staff."""

    case_id: UUID
    uscc: str
    region_code: str

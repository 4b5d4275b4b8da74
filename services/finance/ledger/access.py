"""Who may look into the books: the departments that answer for the money, and administrators.

The books are one: a page of them shows all regions, so that every balance can be checked. A role is not
enough, since officers of every department have it.
"""

from typing import Annotated

from fastapi import Depends

from kit.auth import Actor, permission
from kit.errors import NotPermitted

DEPARTMENTS = frozenset({"science", "treasury"})


def may_read_books(actor: Actor) -> bool:
    return actor.has("administrator") or (actor.org in DEPARTMENTS and bool(actor.regions))


async def _reader_of_books(actor: Annotated[Actor, Depends(permission("ledger:read"))]) -> Actor:
    if not may_read_books(actor):
        raise NotPermitted(
            detail_zh="只有财政、科技部门可以查看总账",
            detail_en="Only the treasury and the science department read the books",
            extra={"permission": "ledger:read"},
        )
    return actor


MayReadBooks = Annotated[Actor, Depends(_reader_of_books)]

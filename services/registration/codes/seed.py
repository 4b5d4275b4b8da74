"""Segments of the demonstration's authorities: fictional, prefix XY, never loaded in production.

Each authority has its own part of the XY range (XY0 to XY7); numbers begin at 1000, so that the worked
examples of the documentation (XY000001 …) are never given out.
"""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import text

DEMO_AUTHORITIES = ("980101", "980102", "980181", "980100", "980201", "980221", "980200", "980000")
FIRST_SEQUENCE = 1000
LAST_SEQUENCE = 31**5 - 1

INSERT = text("""
INSERT INTO code_segments
  (id, authority_code, prefix, first_seq, next_seq, end_seq, opened_at, opened_by)
VALUES (:id, :authority_code, :prefix, :first_seq, :first_seq, :end_seq, :opened_at, 'seed')
ON CONFLICT DO NOTHING
""")


async def seed(state: Any) -> None:
    """Opens the demonstration's segments; may be run again."""
    async with state.database.transaction() as session:
        for number, authority_code in enumerate(DEMO_AUTHORITIES):
            values = {
                "id": uuid5(NAMESPACE_URL, f"yichuang:demo:code-segment:{authority_code}"),
                "authority_code": authority_code,
                "prefix": f"XY{number}",
                "first_seq": FIRST_SEQUENCE,
                "end_seq": LAST_SEQUENCE,
                "opened_at": state.clock.now(),
            }
            await session.execute(INSERT, values)

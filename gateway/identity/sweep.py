"""Deleting what can decide nothing any more. Must not delete anything that a refusal still needs.

A used authorization code or refresh token stays until its grant is over: showing it again must still
be recognised as theft.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.identity import tables as t

KEEP_SESSIONS = timedelta(days=30)
KEEP_ATTEMPTS = timedelta(days=90)
KEEP_CODES = timedelta(days=1)
KEEP_REPLIES = timedelta(minutes=1)


async def forget_past(session: AsyncSession, *, now: datetime) -> None:
    """One pass over all tables of identity. `now` is the machine's time, UTC."""
    over = now - KEEP_SESSIONS
    dead_grants = select(t.grants.c.sid).where(
        or_(t.grants.c.revoked_at < over, t.grants.c.expires_at < over)
    )
    answered = t.refresh_tokens.c.reply_sealed.is_not(None)
    for statement in (
        update(t.refresh_tokens)
        .where(answered, t.refresh_tokens.c.used_at < now - KEEP_REPLIES)
        .values(reply_sealed=None),
        delete(t.used_jtis).where(t.used_jtis.c.expires_at < now),
        delete(t.revocations).where(t.revocations.c.expires_at < now),
        delete(t.authorization_codes).where(t.authorization_codes.c.expires_at < now - KEEP_CODES),
        delete(t.refresh_tokens).where(t.refresh_tokens.c.sid.in_(dead_grants)),
        delete(t.grants).where(t.grants.c.sid.in_(dead_grants)),
        delete(t.sessions).where(or_(t.sessions.c.ended_at < over, t.sessions.c.expires_at < over)),
        delete(t.one_time_codes).where(t.one_time_codes.c.created_at < now - KEEP_CODES),
        delete(t.login_attempts).where(t.login_attempts.c.at < now - KEEP_ATTEMPTS),
    ):
        await session.execute(statement)

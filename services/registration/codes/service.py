"""Giving out codes, opening segments, judging codes.

A code is taken inside the transaction that issues the licence: when that is rolled back or dies,
the number goes back and nobody saw it. A number that was committed is never used again. Must not
commit, and must not decide who deserves a code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.auth import Actor
from kit.crypto import mask_id
from kit.errors import FieldError, NotFound
from kit.regions.table import known_codes
from services.registration.codes import rules, store
from services.registration.codes.errors import (
    CodeSegmentExhausted,
    CodeSegmentInvalid,
    CodeSegmentOverlaps,
)
from services.registration.codes.labels import label_of
from services.registration.codes.resident_id import check_resident_id
from services.registration.codes.rules import CodeKind, Verdict
from services.registration.codes.schemas import (
    CodeCheck,
    CodeCheckView,
    FindingView,
    SegmentOpen,
    SegmentView,
)

SEGMENTS_PATH = "/api/registration/v1/code-segments"


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A code of one case. `is_new` is False when the case had it already."""

    uscc: str
    org_code: str
    issued_at: datetime
    is_new: bool


async def allocate_code(
    session: AsyncSession,
    *,
    authority_code: str,
    department: str,
    category: str,
    region_code: str,
    case_id: UUID,
    issued_at: datetime,
) -> IssuedCode:
    """The case's code, taken now or earlier, in the caller's transaction.

    `authority_code` is the six-digit code of the registration authority whose segments are used;
    `department` and `category` are positions 1 and 2, `region_code` 3-8. Asking again for the same
    case gives the same code. Raises CodeSegmentExhausted when the authority has no number left and
    ValueError for parts that GB 32100 does not know.
    """
    while True:
        held = await store.find_code_of_case(session, case_id)
        if held is not None:
            return IssuedCode(held.uscc, held.org_code, held.issued_at, is_new=False)
        number = await store.take_number(session, authority_code)
        if number is None:
            raise CodeSegmentExhausted(retry_after_seconds=600)
        uscc = rules.make_uscc(
            department=department,
            category=category,
            region_code=region_code,
            body=rules.org_code_body(number.prefix, number.sequence),
        )
        recorded = await store.record_code(
            session,
            uscc=uscc,
            org_code=uscc[8:17],
            case_id=case_id,
            segment_id=number.id,
            authority_code=authority_code,
            issued_at=issued_at,
        )
        if recorded:
            return IssuedCode(uscc, uscc[8:17], issued_at, is_new=True)
        # Another transaction served this case meanwhile, or the number came with an old record:
        # look again, else take the next one. The number left behind is a gap.


async def keep_lost_codes(session: AsyncSession, events: Sequence[dict[str, Any]]) -> None:
    """After a restore: the codes in events of which the database knows nothing are never given again."""
    for event in events:
        uscc = event["data"].get("uscc")
        if isinstance(uscc, str) and len(uscc) == 18:
            await store.burn_code(
                session,
                uscc=uscc,
                authority_code=uscc[2:8],
                issued_at=datetime.fromisoformat(event["time"]),
            )


async def open_segment(
    session: AsyncSession, actor: Actor, opening: SegmentOpen, *, now: datetime
) -> SegmentView:
    """A new segment. Raises CodeSegmentInvalid or CodeSegmentOverlaps."""
    first_value, last_value = _values(opening)
    if other := await store.find_overlapping(session, first_value, last_value):
        raise _overlap(other)
    segment_id = uuid4()
    try:
        await store.open_segment(
            session,
            id=segment_id,
            authority_code=opening.authority_code,
            prefix=opening.prefix,
            first_seq=opening.first_sequence,
            end_seq=opening.last_sequence,
            opened_at=now,
            opened_by=actor.sub,
        )
    except IntegrityError as error:  # opened by somebody else since the look above
        raise CodeSegmentOverlaps from error
    return SegmentView(
        id=segment_id,
        authority_code=opening.authority_code,
        prefix=opening.prefix,
        first_sequence=opening.first_sequence,
        next_sequence=opening.first_sequence,
        last_sequence=opening.last_sequence,
        remaining=opening.last_sequence - opening.first_sequence + 1,
        opened_at=now,
        opened_by=actor.sub,
    )


def _values(opening: SegmentOpen) -> tuple[int, int]:
    """The numeric values of both ends. Raises CodeSegmentInvalid."""
    if opening.authority_code not in known_codes():
        raise CodeSegmentInvalid(
            errors=[FieldError(pointer="/authority_code", code="region_unknown")]
        )
    if opening.last_sequence < opening.first_sequence:
        raise CodeSegmentInvalid(
            errors=[FieldError(pointer="/last_sequence", code="before_first_sequence")]
        )
    most = 31 ** (8 - len(opening.prefix)) - 1
    if opening.last_sequence > most:
        fault = FieldError(pointer="/last_sequence", code="too_large", values={"most": most})
        raise CodeSegmentInvalid(errors=[fault])
    first = rules.org_code_body(opening.prefix, opening.first_sequence)
    return rules.body_value(first), rules.body_value(
        rules.org_code_body(opening.prefix, opening.last_sequence)
    )


def _overlap(segment_id: UUID) -> CodeSegmentOverlaps:
    href = f"{SEGMENTS_PATH}/{segment_id}"
    return CodeSegmentOverlaps(existing={"href": href, "id": str(segment_id)})


async def read_segment(connection: AsyncConnection, segment_id: UUID) -> SegmentView:
    """One segment. Raises NotFound."""
    row = await store.find_segment(connection, segment_id)
    if row is None:
        raise NotFound
    return segment_view(row)


async def list_segments(
    connection: AsyncConnection,
    *,
    authority_code: str | None,
    after: tuple[Any, ...] | None,
    limit: int,
) -> Sequence[Row[Any]]:
    """Segments as they were opened; one more than `limit` tells that there are further ones."""
    key = (after[0], after[1]) if after else None
    return await store.list_segments(
        connection, authority_code=authority_code, after=key, limit=limit + 1
    )


def segment_view(row: Row[Any]) -> SegmentView:
    return SegmentView(
        id=row.id,
        authority_code=row.authority_code,
        prefix=row.prefix,
        first_sequence=row.first_seq,
        next_sequence=row.next_seq,
        last_sequence=row.end_seq,
        remaining=row.end_seq - row.next_seq + 1,
        opened_at=row.opened_at,
        opened_by=row.opened_by,
    )


def check_code(check: CodeCheck, *, today: date) -> CodeCheckView:
    """The verdict on any code, with a sentence for each reason."""
    verdict = _verdict(check, today)
    text = mask_id(verdict.text) if check.kind is CodeKind.RESIDENT_ID else verdict.text
    return CodeCheckView(
        kind=verdict.kind,
        text=text,
        valid=verdict.valid,
        findings=[
            FindingView(
                code=f.code,
                first_position=f.first,
                last_position=f.last,
                label=label_of(f),
                values=dict(f.values),
                hint=f.hint,
            )
            for f in verdict.findings
        ],
    )


def _verdict(check: CodeCheck, today: date) -> Verdict:
    regions = known_codes()
    match check.kind:
        case CodeKind.USCC:
            return rules.check_uscc(check.text, regions=regions)
        case CodeKind.ORG_CODE:
            return rules.check_org_code(check.text)
        case CodeKind.LEGACY_REG_NO:
            return rules.check_legacy_reg_no(check.text, regions=regions)
        case CodeKind.RESIDENT_ID:
            return check_resident_id(
                check.text, regions=regions, today=today, of_age_on=check.of_age_on
            )

"""Segments of organisation codes, and the codes given out. Guarded in the database (migration 0003)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Computed, DateTime, Text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.sql import text
from sqlmodel import Field

from services.registration.base import RegistrationTable

BODY_RANGE = "int8range(base_value + first_seq, base_value + end_seq, '[]'::text)"


class CodeSegment(RegistrationTable, table=True):
    """A run of numbers of one authority: prefix + base-31 sequence, both ends included.

    `next_seq` only grows; `end_seq + 1` means used up. `base_value` is the prefix as a number, so
    that no two segments of any authorities can meet.
    """

    __tablename__ = "code_segments"
    __table_args__ = (
        CheckConstraint(
            "first_seq >= 0 AND end_seq >= first_seq AND next_seq BETWEEN first_seq AND end_seq + 1",
            name="code_segments_order",
        ),
        CheckConstraint(
            "end_seq < (31::numeric ^ (8 - length(prefix)))", name="code_segments_width"
        ),
        CheckConstraint(
            "prefix ~ '^[0-9ABCDEFGHJKLMNPQRTUWXY]{0,7}$'", name="code_segments_prefix"
        ),
        ExcludeConstraint((text(BODY_RANGE), "&&"), using="gist", name="code_segments_apart"),
    )

    id: UUID = Field(primary_key=True)
    authority_code: str = Field(sa_column=Column(Text, nullable=False, index=True))
    prefix: str = Field(sa_column=Column(Text, nullable=False))
    base_value: int = Field(
        sa_column=Column(
            BigInteger, Computed("org_code_value(rpad(prefix, 8, '0'::text))"), nullable=False
        )
    )
    first_seq: int = Field(sa_column=Column(BigInteger, nullable=False))
    next_seq: int = Field(sa_column=Column(BigInteger, nullable=False))
    end_seq: int = Field(sa_column=Column(BigInteger, nullable=False))
    opened_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    opened_by: str = Field(sa_column=Column(Text, nullable=False))


class AllocatedCode(RegistrationTable, table=True):
    """A code that was given out, for ever. `case_id` is the case that asked (absent for codes that
    came with old records), and a case gets one code at most."""

    __tablename__ = "allocated_codes"

    uscc: str = Field(sa_column=Column(Text, primary_key=True))
    org_code: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    legacy_reg_no: str | None = Field(sa_column=Column(Text, unique=True))
    case_id: UUID | None = Field(default=None, unique=True)
    segment_id: UUID | None = Field(default=None, foreign_key="code_segments.id")
    authority_code: str = Field(sa_column=Column(Text, nullable=False))
    issued_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))

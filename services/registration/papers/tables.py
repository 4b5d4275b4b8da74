"""The papers of a case. A row is never changed: another text is another version."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.registration.base import RegistrationTable


class Paper(RegistrationTable, table=True):
    """One version of one paper. `content` is what page and print say; `digest` is over it; `bundle` is the
    digest that those who sign it sign, empty for a notice."""

    __tablename__ = "papers"

    case_id: UUID = Field(primary_key=True)
    code: str = Field(sa_type=Text, primary_key=True)
    version: int = Field(primary_key=True)
    title_zh: str = Field(sa_type=Text)
    title_en: str = Field(sa_type=Text)
    content: dict[str, Any] = Field(sa_type=JSONB)
    digest: str = Field(sa_type=Text)
    bundle: str = Field(sa_type=Text)
    made_at: datetime = Field(sa_type=DateTime(timezone=True))

"""The table of migration 0008."""

from sqlalchemy import Column, DateTime, Index, Integer, MetaData, Table, Text

metadata = MetaData()
kept_pages = Table(
    "kept_pages",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("holder", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("sealed", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Index("ix_kept_pages_created", "created_at"),
)
"""`shown`: a whole page for the holder of a session or of a form's cookie; `typed`: a form's fields for an
account. `sealed` is compressed and encrypted, bound to the row's id."""

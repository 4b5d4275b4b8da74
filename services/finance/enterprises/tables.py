"""The copy's one table. Written only by the subscription."""

from sqlalchemy import Index

from contracts.enterprises.columns import EnterpriseColumns
from services.finance.base import FinanceTable


class Enterprise(EnterpriseColumns, FinanceTable, table=True):
    """A licensed enterprise, as registration's events say."""

    __tablename__ = "enterprises"
    __table_args__ = (
        Index(
            "ix_enterprises_region", "region_code", "uscc",
            postgresql_ops={"region_code": "text_pattern_ops"},
        ),
        Index("ix_enterprises_representative", "legal_representative"),
    )  # fmt: skip

"""Products and their dated parameters. Reference data: written by seeds and, later, administrators."""

from datetime import date

from sqlalchemy import Column, ForeignKey, Text
from sqlmodel import Field

from services.finance.base import FinanceTable


class Product(FinanceTable, table=True):
    """A loan product. `region_code` is where it is offered (trailing zero pairs are wildcards)."""

    __tablename__ = "products"

    code: str = Field(primary_key=True, sa_type=Text)
    kind: str = Field(sa_type=Text)
    borrower: str = Field(sa_type=Text)
    name_zh: str = Field(sa_type=Text)
    name_en: str = Field(sa_type=Text)
    summary_zh: str = Field(sa_type=Text)
    summary_en: str = Field(sa_type=Text)
    region_code: str = Field(sa_type=Text)
    is_demo: bool
    offered_from: date
    offered_to: date | None = None
    version: int


class ProductParameter(FinanceTable, table=True):
    """One number of a product while it is in force. `valid_to` is its last day, None while open."""

    __tablename__ = "product_parameters"

    product_code: str = Field(sa_column=Column(Text, ForeignKey("products.code"), primary_key=True))
    key: str = Field(primary_key=True, sa_type=Text)
    valid_from: date = Field(primary_key=True)
    valid_to: date | None = None
    value: str = Field(sa_type=Text)
    operator: str = Field(sa_type=Text)
    unit: str = Field(sa_type=Text)
    source_document: str = Field(sa_type=Text)
    source_clause: str = Field(default="", sa_type=Text)

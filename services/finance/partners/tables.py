"""Partner banks and what they offer. Reference data: written by seeds and, later, administrators."""

from datetime import date
from decimal import Decimal

from sqlalchemy import Column, ForeignKey, Numeric, Text
from sqlmodel import Field

from services.finance.base import FinanceTable


class PartnerBank(FinanceTable, table=True):
    """A bank (or another body of tech finance) that works with the platform. `org` is the organisation code
    of its people and machines; `npl_percent` is its reported share of bad loans."""

    __tablename__ = "partner_banks"

    org: str = Field(primary_key=True, sa_type=Text)
    kind: str = Field(sa_type=Text)
    name_zh: str = Field(sa_type=Text)
    name_en: str = Field(sa_type=Text)
    region_code: str = Field(sa_type=Text)
    joined_on: date
    left_on: date | None = None
    npl_percent: Decimal | None = Field(default=None, sa_type=Numeric(5, 2))
    npl_reported_on: date | None = None
    is_demo: bool
    version: int


class PartnerOffer(FinanceTable, table=True):
    """A bank offers a product in a region (trailing zero pairs are wildcards), both days included."""

    __tablename__ = "partner_offers"

    bank_org: str = Field(sa_column=Column(Text, ForeignKey("partner_banks.org"), primary_key=True))
    product_code: str = Field(sa_column=Column(Text, ForeignKey("products.code"), primary_key=True))
    region_code: str = Field(primary_key=True, sa_type=Text)
    valid_from: date = Field(primary_key=True)
    valid_to: date | None = None

"""The routers under /api/finance/bank/v1, in the order of the documentation. Nothing is decided here."""

from fastapi import APIRouter

PREFIX = "/api/finance/bank/v1"
ROUTERS: list[APIRouter] = []

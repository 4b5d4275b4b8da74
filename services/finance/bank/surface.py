"""The routers under /api/finance/bank/v1, in the order of the documentation. Nothing is decided here."""

from fastapi import APIRouter

from kit.sandbox_routes import sandbox_router
from services.finance.bank import paths
from services.finance.bank.applications.routes import router as applications
from services.finance.bank.batches import jobs as batch_jobs
from services.finance.bank.batches.routes import router as batches
from services.finance.bank.inbox_routes import router as inbox
from services.finance.bank.reconciliation.routes import router as reconciliation
from services.finance.bank.sandbox import jobs as sandbox_jobs
from services.finance.bank.sandbox.routes import router as scenarios
from services.finance.claims.bank_routes import router as claims
from services.finance.loans.bank_routes import router as loans

PREFIX = paths.PREFIX
JOBS = (batch_jobs, sandbox_jobs)  # importing them is what registers them
ROUTERS: list[APIRouter] = [
    applications,
    loans,
    claims,
    batches,
    inbox,
    reconciliation,
    scenarios,
    sandbox_router(),
]

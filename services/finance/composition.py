"""Finance as one value: its rooms, its jobs, its subscriptions. Nothing is decided here."""

from contracts.enterprises.routes import enterprise_router
from kit.casework import casework
from kit.http import Service
from kit.operations import operations_router
from kit.sandbox_routes import sandbox_router
from kit.worker import Worker
from services.finance.applications.borrower import expand_borrower
from services.finance.applications.labels import CODE_LISTS as APPLICATION_CODES
from services.finance.bank import surface as bank
from services.finance.bank.codes import CODE_LISTS as BANK_CODES
from services.finance.candidates import subscription as _graduations  # noqa: F401  it subscribes
from services.finance.candidates.labels import CODE_LISTS as CANDIDATE_CODES
from services.finance.candidates.routes import router as candidates
from services.finance.candidates.sweep import sweep_entries
from services.finance.claims.codes import CODE_LISTS as CLAIM_CODES
from services.finance.claims.routes import router as claims
from services.finance.enterprises.store import ENTERPRISES
from services.finance.jobs import inbox, jobs
from services.finance.ledger.codes import CODE_LISTS as LEDGER_CODES
from services.finance.ledger.routes import router as ledger
from services.finance.loans.codes import CODE_LISTS as LOAN_CODES
from services.finance.loans.reminding import remind_borrowers
from services.finance.loans.routes import router as loans
from services.finance.loans.sweeping import sweep_loans
from services.finance.matters import MATTERS
from services.finance.partners.codes import CODE_LISTS as PARTNER_CODES
from services.finance.partners.routes import router as partners
from services.finance.partners.seed import seed_partners
from services.finance.permissions import PERMISSIONS, SCOPES
from services.finance.pools.codes import CODE_LISTS as POOL_CODES
from services.finance.pools.routes import router as pools
from services.finance.pools.seed import seed_pools
from services.finance.pools.vouchers.routes import router as vouchers
from services.finance.pools.vouchers.sweeping import sweep_vouchers
from services.finance.products.codes import CODE_LISTS as PRODUCT_CODES
from services.finance.products.eligibility.routes import router as entitlements
from services.finance.products.routes import router as products
from services.finance.products.seed import seed_products
from services.finance.settings import FinanceSettings
from services.finance.subsidies.codes import CODE_LISTS as SUBSIDY_CODES
from services.finance.subsidies.routes import router as subsidies
from services.finance.subsidies.seed import seed_subsidies

SERVICE = Service(
    name="finance",
    package="services.finance",
    title="Yichuang finance 一窗·金融",
    settings=FinanceSettings,
    routers=[
        *casework(MATTERS, expanders={"borrower": expand_borrower}),
        sandbox_router(),
        operations_router(inbox.take),
        products,
        entitlements,
        partners,
        candidates,
        claims,
        subsidies,
        loans,
        ledger,
        pools,
        vouchers,
        enterprise_router(ENTERPRISES),
    ],
    surfaces={bank.PREFIX: bank.ROUTERS},
    state={"matters": MATTERS},
    permissions=PERMISSIONS,
    scopes=SCOPES,
    code_lists=[
        *PRODUCT_CODES,
        *PARTNER_CODES,
        *CANDIDATE_CODES,
        *APPLICATION_CODES,
        *CLAIM_CODES,
        *SUBSIDY_CODES,
        *LOAN_CODES,
        *BANK_CODES,
        *LEDGER_CODES,
        *POOL_CODES,
    ],
    worker=Worker(jobs=jobs, inbox=inbox),
    seeds=[seed_products, seed_pools, seed_partners, seed_subsidies],
    sweeps=[sweep_entries, sweep_loans, remind_borrowers, sweep_vouchers],
    default_port=8102,
)

"""The ledger: accounts, transactions, postings, and the history of each account.

The service's role may only read these tables. It writes through four functions that run as the owner,
so that no code path can make an entry without its counterpart or change one that is there.
"""

from importlib import resources

from alembic import op

from kit.migrations import run_script

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    scripts = resources.files("services.finance.migrations").joinpath("scripts")
    for name in ("ledger_tables.sql", "ledger_functions.sql", "ledger_guards.sql"):
        run_script(op.get_bind(), scripts.joinpath(name).read_text("utf-8"))

"""Risk pools with their covers and compensations, the budgets of subsidies, and what gives them money.

The rules that must hold under any concurrency are CHECKs here; services only ask first, to refuse well.
"""

from importlib import resources

from alembic import op

from kit.migrations import run_script

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    scripts = resources.files("services.finance.migrations").joinpath("scripts")
    for name in ("pools.sql", "budgets.sql", "vouchers.sql"):
        run_script(op.get_bind(), scripts.joinpath(name).read_text("utf-8"))

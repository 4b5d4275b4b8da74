"""Which replies are read in several statements and must show one moment. A route that is added here has two
reads; one that leaves the list would show a sum of one moment beside the rows of another."""

from kit.db import get_snapshot
from kit.openapi import calls_of, routes_of
from tests.golden.write import apps

SNAPSHOTS = {
    "registration": {"getEntity", "getEntityInternal", "getLicence", "readDepartmentTask"},
    "finance": {
        "exportLedger", "listPools", "readBankLoan", "readClaim", "readLoan", "readOperation",
        "readPool", "readReconciliation",
    },
}  # fmt: skip


def test_replies_of_several_statements_are_of_one_moment() -> None:
    found = {
        name: {
            route.operation_id
            for route in routes_of(app)
            if get_snapshot in calls_of(route.dependant)
        }
        for name, app in apps()
    }
    assert {name: routes for name, routes in found.items() if routes} == SNAPSHOTS

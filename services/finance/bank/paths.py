"""Where things of the bank API live. Links in replies and messages are made here and nowhere else."""

from uuid import UUID

PREFIX = "/api/finance/bank/v1"


def application_href(application_id: UUID) -> str:
    return f"{PREFIX}/applications/{application_id}"


def loan_href(loan_id: UUID) -> str:
    return f"{PREFIX}/loans/{loan_id}"


def claims_href() -> str:
    return f"{PREFIX}/compensation-claims"


def operation_href(operation_id: UUID) -> str:
    return f"{PREFIX}/operations/{operation_id}"

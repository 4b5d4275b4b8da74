"""The books over HTTP, for reading only: nobody posts by hand."""

from typing import Annotated, Literal

from fastapi import Path, Query
from fastapi.responses import PlainTextResponse

from kit.db import Reader, Snapshot
from kit.errors import NotFound
from kit.http import Router
from kit.paging import Page, PageQuery
from kit.problems import problems
from kit.schemas import Label
from services.finance.ledger import export, service, store
from services.finance.ledger.access import MayReadBooks
from services.finance.ledger.errors import UnknownTransaction
from services.finance.ledger.rules import AccountKind
from services.finance.ledger.schemas import AccountView, EntryView, PostingView, TransactionView

router = Router(tags=["ledger"])
Code = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9:-]{1,120}$", examples=["pool:suke-980000:province"])
]
Reference = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,119}$", examples=["COMP:FIN-2026-000001"])
]
WRITERS = {"hledger": export.hledger, "beancount": export.beancount}


@router.get("/ledger/accounts", summary="Accounts of the books", operation_id="listLedgerAccounts")
async def list_accounts(
    _: MayReadBooks,
    reader: Reader,
    query: PageQuery,
    kind: AccountKind | None = None,
    under: Annotated[
        str | None, Query(pattern=r"^[A-Za-z0-9:-]{1,120}$", description="Begins with, e.g. pool:")
    ] = None,
) -> Page[AccountView]:
    """Every account with its balance, in order of code."""
    key = query.after("ledger-accounts")
    rows = await store.list_accounts(
        reader, kind=kind, under=under, after=key[0] if key else None, limit=query.limit
    )
    return query.page(rows, "ledger-accounts", key=lambda row: (row["code"],), view=_account_view)


@router.get(
    "/ledger/accounts/{code}/entries",
    summary="History of an account",
    operation_id="listLedgerEntries",
)
async def list_entries(
    _: MayReadBooks, reader: Reader, query: PageQuery, code: Code
) -> Page[EntryView]:
    """Every entry of an account with the balance after it, newest first."""
    if await store.balance_of(reader, code) is None:
        raise NotFound
    name = f"ledger-entries:{code}"
    key = query.after(name)
    rows = await store.list_entries(reader, code, before=key[0] if key else None, limit=query.limit)
    return query.page(
        rows,
        name,
        key=lambda row: (row["sequence"],),
        view=lambda row: EntryView.model_validate(dict(row)),
    )


@router.get(
    "/ledger/transactions/{reference}",
    summary="One transaction with its postings",
    operation_id="readLedgerTransaction",
    responses=problems(UnknownTransaction),
)
async def read_transaction(
    _: MayReadBooks, reader: Reader, reference: Reference
) -> TransactionView:
    """What was booked under a reference, whether pending, posted or voided."""
    found = await service.read_transaction(reader, reference)
    return TransactionView(
        reference=found.reference,
        kind=found.kind,
        description=found.description,
        status=found.status,
        value_on=found.value_on,
        created_at=found.created_at,
        posted_at=found.posted_at,
        voided_at=found.voided_at,
        reverses=found.reverses,
        reason=found.reason,
        postings=[PostingView.model_validate(posting) for posting in found.postings],
    )


@router.get(
    "/ledger/export",
    summary="The books as a journal of hledger or beancount",
    operation_id="exportLedger",
    response_class=PlainTextResponse,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def export_books(
    _: MayReadBooks,
    reader: Snapshot,
    format: Annotated[  # noqa: A002  the contract's own word
        Literal["hledger", "beancount"], Query(description="Whose language")
    ] = "hledger",
) -> PlainTextResponse:
    """Everything that is posted, in CNY, with the accounts' balances as assertions at the end."""
    text = WRITERS[format](await store.read_books(reader))
    ending = "journal" if format == "hledger" else "beancount"
    headers = {
        "content-disposition": f'attachment; filename="yichuang.{ending}"',
        "cache-control": "private, no-store",
    }
    return PlainTextResponse(text, headers=headers)


def _account_view(row: store.Row) -> AccountView:
    return AccountView(
        code=row["code"],
        kind=row["kind"],
        title=Label(zh=row["title_zh"], en=row["title_en"]),
        guarded=row["guarded"],
        posted_fen=row["posted_fen"],
        pending_in_fen=row["pending_in_fen"],
        pending_out_fen=row["pending_out_fen"],
        available_fen=row["posted_fen"] - row["pending_out_fen"],
        entries=row["entries"],
    )

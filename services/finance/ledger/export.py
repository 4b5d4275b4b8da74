"""The books as plain text that other programs re-check: hledger's journal and beancount's.

Money in CNY with two decimals. Each posted transaction once, in order of value date and number, so the
same books always give the same text; pending and voided ones are no part of the books. At the end the
balances that the accounts state, as assertions: `hledger check`, `bean-check` fail where they differ
from what the transactions add up to. Pure: is given rows, gives text.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kit.clock import shanghai_date
from services.finance.ledger.rules import AccountKind, Posting

HLEDGER_ROOTS: dict[AccountKind, str] = {
    "asset": "assets",
    "liability": "liabilities",
    "equity": "equity",
    "income": "income",
    "expense": "expenses",
}
_TYPES = {"asset": "A", "liability": "L", "equity": "E", "income": "R", "expense": "X"}
_IN_A_LINE = str.maketrans(
    {";": "；", "|": "｜", '"': "”", "\\": "＼", "\n": " ", "\r": " ", "\t": " "}
)


@dataclass(frozen=True, slots=True)
class BookAccount:
    """An account and the balance it states, in fen."""

    code: str
    kind: AccountKind
    title_zh: str
    posted_fen: int
    opened_on: date


@dataclass(frozen=True, slots=True)
class BookTransaction:
    """A posted transaction."""

    reference: str
    kind: str
    description: str
    value_on: date
    posted_at: datetime
    postings: Sequence[Posting]


@dataclass(frozen=True, slots=True)
class Books:
    """Everything, as of one instant. Transactions in order of value date and number."""

    accounts: Sequence[BookAccount]
    transactions: Sequence[BookTransaction]


def hledger(books: Books) -> str:
    """The journal for hledger (https://hledger.org/hledger.html#journal)."""
    return _text(_hledger_lines(books))


def beancount(books: Books) -> str:
    """The same for beancount (https://beancount.github.io/docs/beancount_language_syntax.html)."""
    return _text(_beancount_lines(books))


def yuan(amount_fen: int) -> str:
    """123456 fen → `1234.56`; negative amounts keep their sign."""
    sign, rest = ("-" if amount_fen < 0 else ""), abs(amount_fen)
    return f"{sign}{rest // 100}.{rest % 100:02d}"


def hledger_name(account: BookAccount) -> str:
    return f"{HLEDGER_ROOTS[account.kind]}:{account.code}"


def beancount_name(account: BookAccount) -> str:
    """beancount wants each part to begin with a capital or a digit."""
    return ":".join(part[0].upper() + part[1:] for part in hledger_name(account).split(":"))


def _hledger_lines(books: Books) -> Iterator[str]:
    names = {account.code: hledger_name(account) for account in books.accounts}
    yield "; 一窗·金融 总账，人民币元 / Yichuang finance, the books in CNY"
    yield "decimal-mark ."
    yield "commodity 1000.00 CNY"
    yield ""
    for root, kind in ((HLEDGER_ROOTS[kind], _TYPES[kind]) for kind in HLEDGER_ROOTS):
        yield f"account {root}  ; type:{kind}"
    for account in books.accounts:
        yield f"account {names[account.code]}"
        yield f"    ; {_line(account.title_zh)}"
    for entry in books.transactions:
        yield ""
        yield f"{entry.value_on} * ({entry.reference}) {_line(entry.description)}"
        yield f"    ; kind:{entry.kind}, posted:{shanghai_date(entry.posted_at)}"
        for code, amount in _sides(entry):
            yield f"    {names[code]}  {yuan(amount)} CNY"
    if books.transactions:
        yield ""
        yield f"{books.transactions[-1].value_on} * (BALANCES) 各账户余额 / what the accounts state"
        for account in books.accounts:
            yield f"    {names[account.code]}  0.00 CNY = {yuan(account.posted_fen)} CNY"


def _beancount_lines(books: Books) -> Iterator[str]:
    names = {account.code: beancount_name(account) for account in books.accounts}
    days = [a.opened_on for a in books.accounts] + [t.value_on for t in books.transactions]
    opened = min(days, default=date(1970, 1, 1))
    yield 'option "title" "一窗·金融 总账 / Yichuang finance, the books"'
    yield 'option "operating_currency" "CNY"'
    yield f"{opened} commodity CNY"
    for account in books.accounts:
        yield f"{opened} open {names[account.code]} CNY"
        yield f'  title: "{_line(account.title_zh)}"'
    for entry in books.transactions:
        yield ""
        yield f'{entry.value_on} * "{_line(entry.description)}"'
        yield f'  reference: "{entry.reference}"'
        yield f'  kind: "{entry.kind}"'
        yield f"  posted: {shanghai_date(entry.posted_at)}"
        for code, amount in _sides(entry):
            yield f"  {names[code]}  {yuan(amount)} CNY"
    if books.transactions:
        yield ""
        after = books.transactions[-1].value_on + timedelta(days=1)
        for account in books.accounts:
            yield f"{after} balance {names[account.code]}  {yuan(account.posted_fen)} CNY"


def _sides(entry: BookTransaction) -> Iterator[tuple[str, int]]:
    for posting in entry.postings:
        yield posting.source, -posting.amount_fen
        yield posting.destination, posting.amount_fen


def _line(text: str) -> str:
    return " ".join(text.translate(_IN_A_LINE).split())


def _text(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"

"""What must hold in the books at any moment, asked of the database itself. For any test of finance."""

from typing import Any

from kit.db import Database, raw

BROKEN: dict[str, str] = {
    "all balances together are zero": """
        SELECT sum(posted_fen) FROM ledger_accounts HAVING sum(posted_fen) <> 0""",
    "a balance is what was posted": """
        SELECT a.code FROM ledger_accounts a LEFT JOIN (
          SELECT code, sum(amount) AS amount FROM (
            SELECT p.source AS code, -p.amount_fen AS amount, t.status FROM ledger_postings p
            JOIN ledger_transactions t ON t.id = p.transaction_id
            UNION ALL
            SELECT p.destination, p.amount_fen, t.status FROM ledger_postings p
            JOIN ledger_transactions t ON t.id = p.transaction_id
          ) s WHERE status = 'posted' GROUP BY code
        ) m USING (code) WHERE a.posted_fen <> coalesce(m.amount, 0)""",
    "what is held is what is pending": """
        SELECT a.code FROM ledger_accounts a LEFT JOIN (
          SELECT code, sum(going) AS going, sum(coming) AS coming FROM (
            SELECT p.source AS code, p.amount_fen AS going, 0 AS coming, p.transaction_id AS id
            FROM ledger_postings p
            UNION ALL SELECT p.destination, 0, p.amount_fen, p.transaction_id FROM ledger_postings p
          ) s JOIN ledger_transactions t ON t.id = s.id AND t.status = 'pending' GROUP BY code
        ) m USING (code)
        WHERE (a.pending_out_fen, a.pending_in_fen)
          <> (coalesce(m.going, 0), coalesce(m.coming, 0))""",
    "a guarded account has not given more than it held": """
        SELECT code FROM ledger_accounts WHERE guarded AND posted_fen - pending_out_fen < 0""",
    "every transaction has postings, and a posted one both sides of each": """
        SELECT t.reference FROM ledger_transactions t
        WHERE NOT EXISTS (SELECT 1 FROM ledger_postings p WHERE p.transaction_id = t.id)
          OR (SELECT count(*) FROM ledger_entries e WHERE e.transaction_id = t.id)
            <> (CASE WHEN t.status = 'posted' THEN
              2 * (SELECT count(*) FROM ledger_postings p WHERE p.transaction_id = t.id) ELSE 0 END)""",
    "a history has no gap and its running balance adds up": """
        SELECT account_code FROM (
          SELECT account_code, sequence, balance_fen,
            row_number() OVER w AS nth, sum(amount_fen) OVER w AS running
          FROM ledger_entries WINDOW w AS (PARTITION BY account_code ORDER BY sequence)
        ) e WHERE sequence <> nth OR balance_fen <> running""",
    "a history ends in the balance": """
        SELECT a.code FROM ledger_accounts a LEFT JOIN ledger_entries e
          ON e.account_code = a.code AND e.sequence = a.entries
        WHERE coalesce(e.balance_fen, 0) <> a.posted_fen""",
}  # fmt: skip


async def check_books(database: Database) -> None:
    """Fails with every rule that is broken and the rows that break it."""
    await check(database, BROKEN)


async def check(database: Database, rules: dict[str, str]) -> None:
    async with database.reader() as connection:
        assert await broken(await raw(connection), rules) == {}


async def broken(driver: Any, rules: dict[str, str]) -> dict[str, Any]:
    """The rules that do not hold, each with the rows that break it, as a connection sees them."""
    return {
        rule: [tuple(row) for row in rows]
        for rule, statement in rules.items()
        if (rows := await driver.fetch(statement))
    }

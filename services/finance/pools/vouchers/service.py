"""Giving public money and taking it back: propose, and a second person confirms. The one way for it to move.

    made = await propose(desk, Place("suke-980000", "province"), reference="CZ-2026-0001", amount_fen=…)
    await confirm(other_desk, made.id, version=made.version)

What is proposed is pending in the books. A reversal is not: one person alone must not keep a pool from paying
a claim, so it is judged when it is proposed and again, under the pool's lock, when it is confirmed.
"""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from kit.cases.errors import ActionBlocked, IllegalTransition
from kit.errors import FieldError, NotFound, NotPermitted, StaleEtag
from kit.etags import etag_of
from kit.workflow import Need, first_missing
from services.finance.ledger import service as ledger
from services.finance.ledger.rules import Entry, Posting
from services.finance.money import yuan
from services.finance.pools.access import giving_region, may_fund
from services.finance.pools.vouchers import store
from services.finance.pools.vouchers.desk import Desk
from services.finance.pools.vouchers.errors import (
    MoneyBound,
    ReversalDateRefused,
    VoucherExists,
)
from services.finance.pools.vouchers.rules import (
    Bound,
    Fund,
    Place,
    Voucher,
    VoucherState,
    bound_by,
    entry_reference,
)
from services.finance.pools.vouchers.views import facts_of, href_of
from services.finance.pools.vouchers.workflow import CONFIRM_WORKDAYS, UNBOUND, WORKFLOW


async def propose(desk: Desk, place: Place, *, reference: str, amount_fen: int) -> Voucher:
    """Money is to be given to a place; pending in the books until a second person confirms it.

    Raises VoucherExists 409, NotPermitted 403 for another level's treasury, NotFound 404.
    """
    fund = await _held(desk, place)
    region = giving_region(desk.actor, share=place.share, region_code=fund.region_code)
    if region is None:
        raise _another_levels(place)
    taken = await store.live_voucher(desk.session, place, reference)
    if taken is not None:
        seen = await store.find(desk.session, desk.actor, taken.id)
        existing = {"href": href_of(taken.id), "id": str(taken.id), "reference": reference}
        raise VoucherExists(existing=existing if seen else None)
    attempt = await store.attempts(desk.session, place, reference) + 1
    source, destination = place.accounts
    words = "预算下达" if place.budget_code else "资金池出资"
    entry = Entry(
        reference=entry_reference(place, reference, attempt=attempt),
        kind=place.kind,
        description=f"{words} {place.code} {reference}",
        value_on=desk.today,
        postings=[Posting(source, destination, amount_fen)],
        pending=True,
    )
    await ledger.post(desk.session, entry, now=desk.now)
    return await _insert(
        desk, place, region, kind=place.kind, reference=reference, entry=entry.reference,
        amount_fen=amount_fen,
    )  # fmt: skip


async def propose_reversal(
    desk: Desk, voucher_id: UUID, *, version: int | None, reason: str, value_on: date
) -> Voucher:
    """A confirmed voucher was wrong: a second person is asked to take its money back.

    Raises MoneyBound 409 with the figures, ReversalDateRefused 422, ActionBlocked 409 for a reversal or a
    reversed voucher, and what `confirm` raises of a voucher that is not there, not yours or stale.
    """
    original = await _opened(desk, voucher_id, "reverse", version)
    assert original.value_on is not None  # it is confirmed
    if not original.value_on <= value_on <= desk.today:
        days = {"from": original.value_on.isoformat(), "to": desk.today.isoformat()}
        wrong = FieldError(pointer="/value_on", code="reversal_date_refused", values=days)
        raise ReversalDateRefused(errors=[wrong])
    await store.touch(desk.session, original.id)
    return await _insert(
        desk, original.place, original.region_code, kind="reversal", reference=original.reference,
        entry=f"{original.entry}:reversal", amount_fen=original.amount_fen,
        reverses=original.id, reason=reason, value_on=value_on,
    )  # fmt: skip


async def confirm(desk: Desk, voucher_id: UUID, *, version: int | None) -> Voucher:
    """A second person confirms: the money is there, or gone again.

    Raises MoneyBound 409, IllegalTransition 409, ActionBlocked 409 for its proposer and
    after its last day, StaleEtag 412, NotPermitted 403, NotFound 404.
    """
    voucher = await _opened(desk, voucher_id, "confirm", version)
    if voucher.reverses is None:
        await ledger.post_pending(desk.session, voucher.entry, now=desk.now, value_on=desk.today)
        await store.add_money(desk.session, voucher.place, voucher.amount_fen)
        return await _settle(desk, voucher, "confirmed", value_on=desk.today)
    assert voucher.value_on is not None
    assert voucher.reason is not None
    await ledger.reverse(
        desk.session, voucher.entry.removesuffix(":reversal"), reason=voucher.reason,
        value_on=voucher.value_on, now=desk.now,
    )  # fmt: skip
    await store.add_money(desk.session, voucher.place, -voucher.amount_fen)
    return await _settle(desk, voucher, "confirmed")


async def withdraw(desk: Desk, voucher_id: UUID, *, version: int | None, reason: str) -> Voucher:
    """Whoever proposed it, or whoever should have confirmed it, ends it without effect."""
    voucher = await _opened(desk, voucher_id, "withdraw", version)
    return await _end(desk, voucher, "withdrawn", reason)


async def expire(desk: Desk, voucher_id: UUID) -> None:
    """Nobody confirmed it in time. Does nothing where somebody has answered meanwhile."""
    voucher, _ = await _held_voucher(desk, voucher_id)
    if WORKFLOW.find("expire", voucher.state) is not None and voucher.confirm_by < desk.today:
        await _end(desk, voucher, "expired", None)


async def _end(desk: Desk, voucher: Voucher, state: VoucherState, reason: str | None) -> Voucher:
    if voucher.reverses is None:
        await ledger.void_pending(desk.session, voucher.entry, now=desk.now)
    return await _settle(desk, voucher, state, reason=reason)


async def _settle(
    desk: Desk,
    voucher: Voucher,
    state: VoucherState,
    *,
    value_on: date | None = None,
    reason: str | None = None,
) -> Voucher:
    who = desk.actor
    await store.settle(
        desk.session, voucher, state, value_on, who.sub, who.person, who.name, reason, desk.now
    )
    if voucher.reverses is not None:
        await store.touch(desk.session, voucher.reverses)
    return await _found(desk, voucher.id)


async def _insert(desk: Desk, place: Place, region_code: str, **values: Any) -> Voucher:
    voucher_id = uuid4()
    common = {
        "id": voucher_id,
        "pool_code": place.pool_code,
        "share": place.share,
        "budget_code": place.budget_code,
        "region_code": region_code,
        "state": WORKFLOW.initial,
        "confirm_by": desk.calendar.add_workdays(desk.today, CONFIRM_WORKDAYS),
        "proposed_by": desk.actor.sub,
        "proposed_by_person": desk.actor.person,
        "proposed_by_name": desk.actor.name,
        "proposed_at": desk.now,
    }
    await store.insert(desk.session, common | values)
    return await _found(desk, voucher_id)


async def _opened(desk: Desk, voucher_id: UUID, action: str, version: int | None) -> Voucher:
    """A voucher on which this person may do this now, its place held."""
    voucher, fund = await _held_voucher(desk, voucher_id)
    if not may_fund(desk.actor, share=voucher.place.share, region_code=voucher.region_code):
        raise _another_levels(voucher.place)
    if version is not None and voucher.version != version:
        present = {"id": str(voucher.id), "version": voucher.version, "state": voucher.state}
        headers = {"ETag": etag_of(voucher.version)}
        raise StaleEtag(extra={"current": present}, headers=headers)
    move = WORKFLOW.find(action, voucher.state)
    if move is None:
        raise IllegalTransition(extra={"action": action, "state": voucher.state})
    bound = bound_by(fund, voucher.amount_fen)
    facts = facts_of(voucher, bound, desk.actor, today=desk.today)
    need = first_missing(move, facts)
    if need is not None:
        _refuse(need, bound)
    return voucher


def _refuse(need: Need, bound: Bound | None) -> None:
    if need is UNBOUND and bound is not None:
        raise MoneyBound(
            detail_zh=f"冲正后只剩 {yuan(bound.remaining_fen)} 元，"
            f"而已作承诺 {yuan(bound.bound_fen)} 元（放大倍数 {bound.values['leverage']}）",
            detail_en=f"{yuan(bound.remaining_fen)} yuan would remain, and {yuan(bound.bound_fen)}"
            f" yuan is promised (leverage {bound.values['leverage']})",
            errors=[FieldError(pointer="", code=need.code, values=bound.values)],
        )
    raise ActionBlocked.by(need, {})


async def _held(desk: Desk, place: Place) -> Fund:
    fund = await store.lock_place(desk.session, desk.actor, place)
    if fund is None:
        raise NotFound
    return fund


async def _held_voucher(desk: Desk, voucher_id: UUID) -> tuple[Voucher, Fund]:
    """The voucher as it stands once its pool or budget is locked: everything of one place has an order."""
    fund = await _held(desk, (await _found(desk, voucher_id)).place)
    return await _found(desk, voucher_id), fund


async def _found(desk: Desk, voucher_id: UUID) -> Voucher:
    found = await store.find(desk.session, desk.actor, voucher_id)
    if found is None:
        raise NotFound
    return found


def _another_levels(place: Place) -> NotPermitted:
    return NotPermitted(
        detail_zh="不能代其他财政出资或收回" if place.share else "该预算不属于本级财政",
        detail_en=f"This {'share' if place.share else 'budget'} is another treasury's to give or take back",
        extra={"permission": "pool:fund"},
    )

"""What a department does with a filing: know it again, refuse it, take it in, plan its callbacks.

It must never answer one reference with two filings: that promise is what Yichuang relies on.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from simulators.departments.behaviour import Behaviour, Draws
from simulators.departments.checks import faults_of
from simulators.departments.directory import DEPARTMENTS, Department, reason_text
from simulators.departments.schemas import FilingIn, FilingOut, State
from simulators.departments.store import Filing, Store


class Refused(Exception):
    """The counter says no; nothing was stored."""

    def __init__(self, status: int, code: str, **extra: object) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.extra = extra


@dataclass(frozen=True, slots=True)
class Outcome:
    """A filing, and whether its reference was known before."""

    filing: Filing
    repeated: bool


def view(filing: Filing, now: datetime, *, repeated: bool = False) -> FilingOut:
    """The filing as the department tells it at `now`."""
    decided = filing.decide_at <= now
    state: State = "processing"
    if decided:
        state = "receipted" if filing.verdict == "receipted" else "rejected"
    rejected = state == "rejected"
    wait = (filing.decide_at - now).total_seconds()
    return FilingOut(
        external_id=external_id(filing),
        department=DEPARTMENTS[filing.department].code,
        reference=filing.reference,
        uscc=filing.uscc,
        state=state,
        sequence=2 if decided else 1,
        receipt_number=_receipt_number(filing) if state == "receipted" else None,
        reason_code=filing.reason_code if rejected else None,
        reason=reason_text(filing.reason_code or "") if rejected else None,
        received_at=filing.received_at,
        decided_at=filing.decide_at if decided else None,
        poll_after_s=None if decided else max(1, round(wait)),
        repeated=repeated,
    )


def external_id(filing: Filing) -> str:
    """The department's own number of a filing, such as `tax-000123`."""
    return f"{filing.department}-{filing.number:06d}"


def _receipt_number(filing: Filing) -> str:
    prefix = DEPARTMENTS[filing.department].receipt_prefix
    return f"{prefix}{filing.decide_at:%Y%m%d}{filing.number:06d}"


def take_in(
    store: Store, department: Department, body: FilingIn, *,
    behaviour: Behaviour, draws: Draws, now: datetime,
) -> Outcome:  # fmt: skip
    """Store a new filing with its verdict and callbacks, or find the one of this reference.

    Raises `Refused` for other content under a known reference, an enterprise that already has a
    receipt, or content the counter does not accept.
    """
    # The address for answers may change between two tries; the content may not.
    digest = hashlib.sha256(
        body.model_dump_json(exclude={"callback_url", "reference"}).encode()
    ).hexdigest()
    known = store.by_reference(department.path, body.reference)
    if known is not None:
        if known.digest != digest:
            raise Refused(409, "reference_reused")
        return Outcome(known, repeated=True)
    faults = faults_of(department, body.uscc, body.particulars)
    if faults:
        errors = [{"pointer": pointer, "code": code} for pointer, code in faults]
        raise Refused(422, faults[0][1], errors=errors)
    standing = store.standing(department.path, body.uscc)
    if standing is not None:
        existing = view(standing, now).model_dump(
            mode="json", include={"external_id", "receipt_number", "reference", "state"}
        )
        raise Refused(409, "already_registered", existing=existing)
    filing = _add(store, department, body, digest=digest, behaviour=behaviour, draws=draws, now=now)
    if body.callback_url is not None:
        _plan_callbacks(store, filing, body.callback_url, behaviour=behaviour, draws=draws, now=now)
    return Outcome(filing, repeated=False)


def _add(
    store: Store, department: Department, body: FilingIn, *,
    digest: str, behaviour: Behaviour, draws: Draws, now: datetime,
) -> Filing:  # fmt: skip
    reason = behaviour.reject
    if reason is None and draws.hits("reject", behaviour.reject_rate):
        reason = department.reasons[int(draws.fraction("reason") * len(department.reasons))]
    thinking_ms = behaviour.decide_after_ms + behaviour.decide_jitter_ms * draws.fraction("decide")
    return store.add_filing(
        department=department.path,
        reference=body.reference,
        uscc=body.uscc,
        digest=digest,
        verdict="rejected" if reason else "receipted",
        reason_code=reason,
        received_at=now,
        decide_at=now + timedelta(milliseconds=thinking_ms),
    )


def _plan_callbacks(
    store: Store, filing: Filing, url: str, *,
    behaviour: Behaviour, draws: Draws, now: datetime,
) -> None:  # fmt: skip
    # Out of order: the news "processing" arrives after the decision has.
    late = filing.decide_at + timedelta(milliseconds=300)
    due = {1: late if behaviour.callback_reorder else now, 2: filing.decide_at}
    for sequence, due_at in due.items():
        if draws.hits(f"lost-{sequence}", behaviour.callback_loss):
            continue
        message_id = f"msg_{filing.department}_{filing.number:06d}_{sequence}"
        for copy in range(behaviour.callback_copies):
            store.add_callback(
                filing, message_id=message_id, url=url, sequence=sequence,
                due_at=due_at + timedelta(milliseconds=50 * copy),
            )  # fmt: skip

"""The written promise about similar names (名称规定 art. 16), and how it is kept.

Exists because a warning without a record is worth nothing later: what was promised, by whom, when,
in which words, about which names. Must not decide whether a promise is needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kit.auth import Actor
from services.registration.names.verdicts import Level, Verdict

STATEMENT = "similar-names/1"
TEXT_ZH = (
    "本人（本企业）已知悉所申报名称与下列企业名称近似，仍申请使用。因企业名称与他人企业名称近似侵犯"
    "他人合法权益的，依法承担法律责任；登记机关或者人民法院认定应当停止使用的，及时变更名称。"
)
TEXT_EN = (
    "I (we) know that the declared name is similar to the names listed and still apply for it. If it"
    " infringes the rights of others, I (we) bear the liability in law and will change the name when"
    " the authority or a court so decides."
)


@dataclass(frozen=True)
class Promise:
    """What the applicant signs: the version of the text, and the similar names it is about."""

    statement: str
    similar: Sequence[str]


def record_promise(
    promise: Promise | None, verdict: Verdict, *, actor: Actor, at: datetime
) -> dict[str, Any] | None:
    """The promise as it is kept, or None when there is none or it does not cover every similar name
    that was found: one that came in between must be promised about, too."""
    similar = [reason.conflict for reason in verdict.at(Level.PROMISE) if reason.conflict]
    if promise is None or not similar or promise.statement != STATEMENT:
        return None
    if not {conflict.existing.id for conflict in similar} <= set(promise.similar):
        return None
    return {
        "statement": promise.statement,
        "text_zh": TEXT_ZH,
        "given_at": at.isoformat(),
        "given_by": actor.name or actor.sub,
        "similar": [
            {
                "id": conflict.existing.id,
                "reference": conflict.existing.reference,
                "name": conflict.existing.key.written,
                "likeness": conflict.likeness.value,
            }
            for conflict in similar
        ],
    }

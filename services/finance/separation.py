"""Nobody decides twice in the same matter: review, approval and payment are three people's work.

A rule of the whole service, so it stands outside the matters. Knows nothing of any matter but the names
under which its decisions are kept in `facts["deciders"]`.
"""

from collections.abc import Mapping
from typing import Any

from kit.auth import Actor
from kit.errors import Problem


class SamePersonDecides(Problem):
    code = "same_person_decides"
    status = 403
    title_zh = "审核、批准和拨付不能由同一人办理"
    title_en = "Review, approval and payment are not one person's work"


def decide_once(facts: dict[str, Any], actor: Actor, step: str) -> None:
    """Keeps who took this step. Raises SamePersonDecides where they took another step before.

    A person is known by their account and, where the token names it, by their keyed person hash.
    """
    deciders: Mapping[str, list[str]] = facts.get("deciders") or {}
    me = [name for name in (actor.sub, actor.person) if name]
    if any(set(me) & set(them) for done, them in deciders.items() if done != step):
        raise SamePersonDecides(extra={"step": step})
    facts["deciders"] = {**deciders, step: me}

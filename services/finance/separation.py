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
    title_zh = "同一事项的前后环节不能由同一人办理"
    title_en = "The steps of one matter are not one person's work"


def took_another_step(facts: Mapping[str, Any], actor: Actor, step: str) -> bool:
    """Whether this person took a step of the matter other than this one.

    A person is known by their account and, where the token names it, by their keyed person hash.
    """
    deciders: Mapping[str, list[str]] = facts.get("deciders") or {}
    me = set(_names_of(actor))
    return any(me & set(them) for done, them in deciders.items() if done != step)


def decide_once(facts: dict[str, Any], actor: Actor, step: str) -> None:
    """Keeps who took this step. Raises SamePersonDecides where they took another step before."""
    if took_another_step(facts, actor, step):
        raise SamePersonDecides(extra={"step": step})
    facts["deciders"] = {**(facts.get("deciders") or {}), step: _names_of(actor)}


def _names_of(actor: Actor) -> list[str]:
    return [name for name in (actor.sub, actor.person) if name]

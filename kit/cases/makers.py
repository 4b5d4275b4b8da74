"""Who made which move of a case, where another move stands apart from it (four eyes).

A person is known by the account and, where the token names it, by the keyed hash of the person, so a second
account is no second person.
"""

from collections.abc import Mapping
from typing import Any

from kit.auth import Actor
from kit.matters import CaseContext
from kit.workflow import Workflow


def made_by(case: Any, actor: Actor) -> set[str]:
    """Which of the remembered moves this person made, by account or keyed person hash."""
    me = {actor.sub, actor.person} - {None}
    makers: Mapping[str, list[str]] = case.facts.get("deciders") or {}
    return {action for action, them in makers.items() if me & set(them)}


def remember(context: CaseContext, action: str) -> None:
    """Keeps that the caller made this move, where some other move stands apart from it."""
    if action in context.matter.workflow.remembered():
        facts, actor = context.case.facts, context.actor
        makers = dict(facts.get("deciders") or {})
        me = [name for name in (actor.sub, actor.person) if name]
        facts["deciders"] = {**makers, action: [*makers.get(action, ()), *me]}


def may_answer(workflow: Workflow, case: Any, actor: Actor) -> bool:
    """Whether this officer made none of the moves that answering an objection stands apart from."""
    return not made_by(case, actor) & set(workflow.answering_apart_from)

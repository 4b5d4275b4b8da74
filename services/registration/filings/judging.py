"""How a filing's rules answer: findings stop it, judgements are for a person to look at. Pure."""

from dataclasses import dataclass

from kit.errors import FieldError


@dataclass(frozen=True)
class Judgement:
    """A lawful point that a person must look at before the licence is issued."""

    code: str
    pointer: str


def fault(pointer: str, code: str, law: str, **values: object) -> FieldError:
    """A finding at a place of the form, with the law that asks for it."""
    return FieldError(pointer=pointer, code=code, values={"legal_basis": law, **values})

"""Personal numbers inside a stored form: sealed at rest, masked on the way out, kept when unchanged.

A sealed value is `{"$sealed": ciphertext, "hash": keyed hash, "masked": text}`. A client that edits a form
sends back the mask it was shown, where it was or at another place for the same person; `restore` puts the
number behind it again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel

from kit.crypto import Vault, mask_id, mask_phone, person_hash
from kit.forms import Sensitive, sensitive_paths

SEALED = "$sealed"
_MASKS = {"id_number": mask_id, "phone": mask_phone, "bank_account": mask_id}
Beside = Mapping[str, Any]
"""What stands beside a number in its object: the other answers about the same person."""
Change = Callable[[Any, Sensitive, tuple[str, ...], Beside], Any]


def comparable(stored: Any) -> Any:
    """A stored form, or a part of one, in which a personal number counts by its keyed hash: the ciphertext of
    the same number differs each time."""
    if is_sealed(stored):
        return {key: item for key, item in stored.items() if key != SEALED}
    if isinstance(stored, Mapping):
        return {key: comparable(item) for key, item in stored.items()}
    return [comparable(item) for item in stored] if isinstance(stored, list) else stored


def is_sealed(value: Any) -> bool:
    return isinstance(value, Mapping) and SEALED in value


def _walk(
    value: Any,
    branch: Any,
    change: Change,
    at: tuple[str, ...] = (),
    beside: Beside = MappingProxyType({}),
) -> Any:
    """A copy of `value` with `change` made at every leaf of `branch`; what no branch leads to is shared."""
    if isinstance(branch, Sensitive):
        return change(value, branch, at, beside) if value is not None else None
    if isinstance(value, list) and "*" in branch:
        return [_walk(item, branch["*"], change, (*at, "*")) for item in value]
    if not isinstance(value, dict) or SEALED in value:
        return value
    plain = {step: said for step, said in value.items() if step not in branch}
    return value | {
        step: _walk(value[step], below, change, (*at, step), plain)
        for step, below in branch.items()
        if step in value
    }


@dataclass(frozen=True)
class Sealer:
    """Seals, opens, masks and restores the forms of one model."""

    model: type[BaseModel]
    vault: Vault
    person_key: str

    def _changed(self, form: Mapping[str, Any], change: Change) -> dict[str, Any]:
        changed: dict[str, Any] = _walk(dict(form), _branches_of(self.model), change)
        return changed

    def seal(self, form: Mapping[str, Any]) -> dict[str, Any]:
        """The form as it is stored."""

        def one(value: Any, kind: Sensitive, at: tuple[str, ...], _: Beside) -> Any:
            if is_sealed(value):
                return value
            text = str(value).strip()
            return {
                SEALED: self.vault.encrypt(text, context="/".join(at)),
                "hash": person_hash(text, person_key=self.person_key),
                "masked": _MASKS[kind.kind](text),
            }

        return self._changed(form, one)

    def open(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        """The form with its numbers, for rules only. Never log or return it."""

        def one(value: Any, _: Sensitive, at: tuple[str, ...], __: Beside) -> Any:
            if not is_sealed(value):
                return value
            return self.vault.decrypt(value[SEALED], context="/".join(at))

        return self._changed(stored, one)

    def mask(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        """The form as replies show it."""

        def one(value: Any, kind: Sensitive, _: tuple[str, ...], __: Beside) -> Any:
            return value["masked"] if is_sealed(value) else _MASKS[kind.kind](str(value))

        return self._changed(stored, one)

    def restore(self, sent: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
        """The sent form in which an unchanged mask is the stored number again.

        A mask means the one number of its kind in this form that it fits, wherever it stands. Where it fits
        two, it means the one beside which the rest was said before (the same name in the same list). What
        is still two people is left as it is, and fails validation: the caller must type the number anew.
        """
        known: dict[tuple[Sensitive, str], list[tuple[str, tuple[str, ...], Beside]]] = {}

        def remember(value: Any, kind: Sensitive, at: tuple[str, ...], beside: Beside) -> Any:
            if is_sealed(value):
                text = self.vault.decrypt(value[SEALED], context="/".join(at))
                known.setdefault((kind, value["masked"]), []).append((text, at, beside))
            return value

        def replace(value: Any, kind: Sensitive, at: tuple[str, ...], beside: Beside) -> Any:
            places = known.get((kind, value), ()) if isinstance(value, str) else ()
            numbers = {text for text, _, _ in places}
            if len(numbers) > 1:
                numbers = {text for text, *there in places if there == [at, beside]}
            return numbers.pop() if len(numbers) == 1 else value

        self._changed(stored, remember)
        return self._changed(sent, replace)


@cache
def _branches_of(model: type[BaseModel]) -> dict[str, Any]:
    """The model's sensitive paths as a tree, so that a walk goes only where a personal number can be."""
    tree: dict[str, Any] = {}
    for path, kind in sensitive_paths(model).items():
        branch = tree
        for step in path[:-1]:
            branch = branch.setdefault(step, {})
        branch[path[-1]] = kind
    return tree

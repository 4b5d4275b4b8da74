"""Personal numbers inside a stored form: sealed at rest, masked on the way out, kept when unchanged.

A sealed value is `{"$sealed": ciphertext, "hash": keyed hash, "masked": text}`. A client that edits a form
sends back the mask it was shown, where it was or at another place for the same person; `restore` puts the
number behind it again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel

from kit.crypto import Vault, mask_id, mask_phone, person_hash
from kit.forms import Sensitive, sensitive_paths

SEALED = "$sealed"
_MASKS = {"id_number": mask_id, "phone": mask_phone, "bank_account": mask_id}
Change = Callable[[Any, Sensitive, tuple[str, ...]], Any]


def is_sealed(value: Any) -> bool:
    return isinstance(value, Mapping) and SEALED in value


def _walk(value: Any, branch: Any, change: Change, at: tuple[str, ...]) -> Any:
    """A copy of `value` with `change` made at every leaf of `branch`; what no branch leads to is shared."""
    if isinstance(branch, Sensitive):
        return change(value, branch, at) if value is not None else None
    if isinstance(value, list) and "*" in branch:
        return [_walk(item, branch["*"], change, (*at, "*")) for item in value]
    if not isinstance(value, dict) or SEALED in value:
        return value
    return value | {
        step: _walk(value[step], below, change, (*at, step))
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
        changed: dict[str, Any] = _walk(dict(form), _branches_of(self.model), change, ())
        return changed

    def seal(self, form: Mapping[str, Any]) -> dict[str, Any]:
        """The form as it is stored."""

        def one(value: Any, kind: Sensitive, at: tuple[str, ...]) -> Any:
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

        def one(value: Any, _: Sensitive, at: tuple[str, ...]) -> Any:
            if not is_sealed(value):
                return value
            return self.vault.decrypt(value[SEALED], context="/".join(at))

        return self._changed(stored, one)

    def mask(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        """The form as replies show it."""

        def one(value: Any, kind: Sensitive, _: tuple[str, ...]) -> Any:
            return value["masked"] if is_sealed(value) else _MASKS[kind.kind](str(value))

        return self._changed(stored, one)

    def restore(self, sent: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
        """The sent form in which an unchanged mask is the stored number again.

        A mask means the number of its own place, else the one number of its kind in this form that it
        fits. One that fits two is left as it is, and fails validation: the caller must type the number
        anew.
        """
        known: dict[tuple[Any, str], set[str]] = {}

        def remember(value: Any, kind: Sensitive, at: tuple[str, ...]) -> Any:
            if is_sealed(value):
                text = self.vault.decrypt(value[SEALED], context="/".join(at))
                for place in (at, kind):
                    known.setdefault((place, value["masked"]), set()).add(text)
            return value

        def replace(value: Any, kind: Sensitive, at: tuple[str, ...]) -> Any:
            if not isinstance(value, str):
                return value
            found = known.get((at, value)) or known.get((kind, value)) or ()
            return next(iter(found)) if len(found) == 1 else value

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

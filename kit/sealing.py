"""Personal numbers inside a stored form: sealed at rest, masked on the way out, kept when unchanged.

A sealed value is `{"$sealed": ciphertext, "hash": keyed hash, "masked": text}`. A client that edits a form
sends back the mask it was shown; `restore` puts the number behind it again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from kit.crypto import Vault, mask_id, mask_phone, person_hash
from kit.forms import Sensitive, sensitive_paths

SEALED = "$sealed"
_MASKS = {"id_number": mask_id, "phone": mask_phone, "bank_account": mask_id}
Change = Callable[[Any, Sensitive, tuple[str, ...]], Any]


def is_sealed(value: Any) -> bool:
    return isinstance(value, Mapping) and SEALED in value


def _walk(
    value: Any, paths: Mapping[tuple[str, ...], Sensitive], change: Change, at: tuple[str, ...]
) -> Any:
    if at in paths:
        return change(value, paths[at], at) if value is not None else None
    if isinstance(value, Mapping) and not is_sealed(value):
        return {key: _walk(item, paths, change, (*at, key)) for key, item in value.items()}
    if isinstance(value, list):
        return [_walk(item, paths, change, (*at, "*")) for item in value]
    return value


@dataclass(frozen=True)
class Sealer:
    """Seals, opens, masks and restores the forms of one model."""

    model: type[BaseModel]
    vault: Vault
    person_key: str

    @property
    def _paths(self) -> dict[tuple[str, ...], Sensitive]:
        return _paths_of(self.model)

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

        sealed: dict[str, Any] = _walk(dict(form), self._paths, one, ())
        return sealed

    def open(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        """The form with its numbers, for rules only. Never log or return it."""

        def one(value: Any, _: Sensitive, at: tuple[str, ...]) -> Any:
            if not is_sealed(value):
                return value
            return self.vault.decrypt(value[SEALED], context="/".join(at))

        opened: dict[str, Any] = _walk(dict(stored), self._paths, one, ())
        return opened

    def mask(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        """The form as replies show it."""

        def one(value: Any, kind: Sensitive, _: tuple[str, ...]) -> Any:
            return value["masked"] if is_sealed(value) else _MASKS[kind.kind](str(value))

        masked: dict[str, Any] = _walk(dict(stored), self._paths, one, ())
        return masked

    def restore(self, sent: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
        """The sent form in which an unchanged mask is the stored number again.

        A mask that fits two different stored numbers is left as it is, and fails validation: the caller
        must type the number anew.
        """
        known: dict[tuple[tuple[str, ...], str], set[str]] = {}

        def remember(value: Any, _: Sensitive, at: tuple[str, ...]) -> Any:
            if is_sealed(value):
                text = self.vault.decrypt(value[SEALED], context="/".join(at))
                known.setdefault((at, value["masked"]), set()).add(text)
            return value

        def replace(value: Any, _: Sensitive, at: tuple[str, ...]) -> Any:
            found = known.get((at, value)) if isinstance(value, str) else None
            return next(iter(found)) if found and len(found) == 1 else value

        _walk(dict(stored), self._paths, remember, ())
        restored: dict[str, Any] = _walk(dict(sent), self._paths, replace, ())
        return restored


_CACHE: dict[type[BaseModel], dict[tuple[str, ...], Sensitive]] = {}


def _paths_of(model: type[BaseModel]) -> dict[tuple[str, ...], Sensitive]:
    if model not in _CACHE:
        _CACHE[model] = sensitive_paths(model)
    return _CACHE[model]

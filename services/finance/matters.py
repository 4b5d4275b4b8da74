"""The matters of finance. A new one is a folder in a feature and a line here."""

from collections.abc import Mapping
from types import MappingProxyType

from kit.matters import Matter

_ALL: tuple[Matter, ...] = ()

MATTERS: Mapping[str, Matter] = MappingProxyType({m.code: m for m in _ALL})

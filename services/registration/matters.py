"""The matters of registration. A new one is a folder in a feature and a line here."""

from collections.abc import Mapping
from types import MappingProxyType

from kit.matters import Matter
from services.registration.filings.change_of_domicile.matter import CHANGE_OF_DOMICILE
from services.registration.filings.establishment.matter import ESTABLISHMENT

MATTERS: Mapping[str, Matter] = MappingProxyType(
    {m.code: m for m in (ESTABLISHMENT, CHANGE_OF_DOMICILE)}
)

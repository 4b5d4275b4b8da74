"""The matters of carriers. A new one is a folder in a feature and a line here."""

from collections.abc import Mapping
from types import MappingProxyType

from kit.matters import Matter
from services.carriers.assessments.matter import ANNUAL_ASSESSMENT
from services.carriers.recognition.matter import MAKER_SPACE_FILING
from services.carriers.tenancies.matter import TENANCY

_ALL: tuple[Matter, ...] = (TENANCY, MAKER_SPACE_FILING, ANNUAL_ASSESSMENT)

MATTERS: Mapping[str, Matter] = MappingProxyType({m.code: m for m in _ALL})

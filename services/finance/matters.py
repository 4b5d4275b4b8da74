"""The matters of finance. A new one is a folder in a feature and a line here."""

from collections.abc import Mapping
from types import MappingProxyType

from kit.matters import Matter
from services.finance.applications.matter import LOAN_APPLICATION
from services.finance.candidates.matter import CANDIDATE_ENTERPRISE
from services.finance.claims.matter import COMPENSATION_CLAIM
from services.finance.subsidies.matter import PREMIUM_SUBSIDY

_ALL: tuple[Matter, ...] = (
    CANDIDATE_ENTERPRISE,
    LOAN_APPLICATION,
    COMPENSATION_CLAIM,
    PREMIUM_SUBSIDY,
)

MATTERS: Mapping[str, Matter] = MappingProxyType({m.code: m for m in _ALL})

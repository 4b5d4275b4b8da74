"""Who a caller of the bank API is: a bank's own system or clerk. What they may see, the stores decide."""

from typing import Annotated

from fastapi import Depends

from kit.auth import Actor, permission
from kit.errors import NotPermitted

BANKS = frozenset({"bank"})
NAMES = ("application", "loan", "claim", "operation", "inbox", "reconciliation", "sandbox")
PERMISSIONS = {f"bank-{name}:{verb}": BANKS for name in NAMES for verb in ("read", "write")}
SCOPES = {name: frozenset({"window", "bank"}) for name in PERMISSIONS}
"""Our own pages, or a bank's system with scope `bank`; never an app that acts for a person."""

MayReadApplications = Annotated[Actor, Depends(permission("bank-application:read"))]
MayWorkApplications = Annotated[Actor, Depends(permission("bank-application:write"))]
MayReadOperations = Annotated[Actor, Depends(permission("bank-operation:read"))]
MayStartOperations = Annotated[Actor, Depends(permission("bank-operation:write"))]
MayReadInbox = Annotated[Actor, Depends(permission("bank-inbox:read"))]
MayAcknowledge = Annotated[Actor, Depends(permission("bank-inbox:write"))]
MayReconcile = Annotated[Actor, Depends(permission("bank-reconciliation:read"))]
MaySendFigures = Annotated[Actor, Depends(permission("bank-reconciliation:write"))]
MaySeeScenarios = Annotated[Actor, Depends(permission("bank-sandbox:read"))]
MayPlay = Annotated[Actor, Depends(permission("bank-sandbox:write"))]


def bank_of(actor: Actor) -> str:
    """The organisation code of the caller's bank. Raises NotPermitted 403 for a bank role without a bank."""
    if not actor.org:
        raise NotPermitted(
            detail_zh="令牌未指明所属银行", detail_en="The token names no bank (claim `org`)"
        )
    return actor.org

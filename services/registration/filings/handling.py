"""What every filing's handler offers beyond a plain matter's: the people whom the real-name check covers."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from kit.matters import CaseContext, Handler
from services.registration.filings import store

SIGNATORY = "signatory"


class FilingHandler(Handler, ABC):
    """A handler of a matter that changes the register; one without `people` cannot be made."""

    async def asked(self, context: CaseContext) -> Sequence[str]:
        """While it is signed: who has not answered yet."""
        if SIGNATORY in context.matter.workflow.awaited(context.case.state):
            return await store.invited(context.session, context.case.id)
        return await super().asked(context)

    @abstractmethod
    def people(self, form: Any) -> list[tuple[str, str, str]]:
        """(pointer, name, ID number) of everybody named in a form (细则 art. 16)."""

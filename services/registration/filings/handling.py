"""What every filing's handler offers beyond a plain matter's: the people whom the real-name check covers."""

from abc import ABC, abstractmethod
from typing import Any

from kit.matters import Handler


class FilingHandler(Handler, ABC):
    """A handler of a matter that changes the register; one without `people` cannot be made."""

    @abstractmethod
    def people(self, form: Any) -> list[tuple[str, str, str]]:
        """(pointer, name, ID number) of everybody named in a form (细则 art. 16)."""

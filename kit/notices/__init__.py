"""公示: what the law wants the public to see before it is done, and the objections to it.

A matter has a state `publicised` with a deadline whose `on_pass` is `close_publicity`; its effects call
`publish` and `close`; the move that does the thing needs NO_OPEN_OBJECTION and NO_UPHELD_OBJECTION.
"""

from kit.notices.service import (
    NO_OPEN_OBJECTION,
    NO_UPHELD_OBJECTION,
    close,
    publish,
    upheld_objection,
)

__all__ = ["NO_OPEN_OBJECTION", "NO_UPHELD_OBJECTION", "close", "publish", "upheld_objection"]

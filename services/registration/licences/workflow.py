"""A licence's life as data: who may end it, and how. A change of the entity supersedes it."""

from kit.workflow import Move, State, Workflow

AUTHORITY = "authority"
SYSTEM = "system"

WORKFLOW = Workflow(
    states=(
        State("valid", "有效", "Valid"),
        State("superseded", "已换发新版", "Superseded", closed=True),
        State("revoked", "已吊销", "Revoked"),
        State("cancelled", "已注销", "Cancelled", closed=True),
    ),
    moves=(
        Move("supersede", ("valid",), "superseded", by=(SYSTEM,), zh="换发", en="Supersede"),
        Move("revoke", ("valid",), "revoked", by=(AUTHORITY,), zh="吊销", en="Revoke"),
        Move(
            "cancel",
            ("valid", "revoked"),
            "cancelled",
            by=(AUTHORITY, SYSTEM),
            zh="注销",
            en="Cancel",
        ),
    ),
)

"""A loan's life as data. What a bank reports are its moves; what follows from dates and sums the system does.

A report never says what state a loan is in: the state follows from the entries (rules.py), and the system's
moves are the only ways from one state to the next.
"""

from collections import deque

from kit.workflow import Facts, Move, Need, State, Workflow

BANK = "bank"
SYSTEM = "system"
LIVE = ("active", "overdue", "defaulted")
OPEN = ("contracted", *LIVE)
ENDED = ("settled", "renewed", "written_off", "lapsed")
"""Nothing is owed in the scheme; a settled loan may still be reopened by a reversal."""


def _compensated(facts: Facts) -> bool:
    return bool(facts.get("compensated"))


NOT_COMPENSATED = Need(
    "loan_compensated",
    lambda facts: not _compensated(facts),
    "该笔贷款已获风险补偿，此后的回款请作为追偿收入报送",
    "The loan was compensated: report what comes in as a recovery of the claim",
)
COMPENSATED = Need(
    "loan_not_compensated",
    _compensated,
    "尚未获得风险补偿，不能核销",
    "Only what is left after compensation is written off",
)
UNDRAWN = Need(
    "contract_fully_drawn",
    lambda facts: bool(facts.get("undrawn")),
    "合同金额已全部发放",
    "The whole contract amount has been drawn",
)
NO_ARREARS = Need(
    "loan_in_arrears",
    lambda facts: not facts.get("arrears"),
    "存在逾期本金或利息",
    "Something is overdue",
)
UNCLAIMED = Need(
    "loan_already_claimed",
    lambda facts: not facts.get("claimed"),
    "该笔贷款已有补偿申请",
    "The loan has a claim already",
)
HAS_ENTRIES = Need(
    "nothing_to_reverse",
    lambda facts: bool(facts.get("reversible")),
    "没有可以冲正的记录",
    "There is no entry that could be reversed",
)


def _staying(
    action: str, states: tuple[str, ...], zh: str, en: str, *needs: Need
) -> tuple[Move, ...]:
    """One move per state that leaves the state to the entries."""
    return tuple(Move(action, (s,), s, by=(BANK,), zh=zh, en=en, needs=needs) for s in states)


def _system(action: str, source: tuple[str, ...], target: str, zh: str, en: str) -> Move:
    return Move(action, source, target, by=(SYSTEM,), zh=zh, en=en)


WORKFLOW = Workflow(
    states=(
        State("contracted", "已签约", "Contracted"),
        State("active", "正常", "Active"),
        State("overdue", "逾期", "Overdue"),
        State("defaulted", "违约", "Defaulted"),
        State("settled", "已结清", "Settled"),
        State("renewed", "已续贷", "Renewed", closed=True),
        State("written_off", "已核销", "Written off", closed=True),
        State("lapsed", "未提款失效", "Lapsed undrawn", closed=True),
    ),
    moves=(
        Move(
            "disburse", ("contracted",), "active", by=(BANK,), zh="放款", en="Disburse",
            needs=(UNDRAWN,),
        ),
        *_staying("disburse", ("active",), "放款", "Disburse", UNDRAWN),
        *_staying("repay", LIVE, "还款", "Repay", NOT_COMPENSATED),
        *_staying("reverse", (*OPEN, "settled"), "冲正", "Reverse", HAS_ENTRIES, NOT_COMPENSATED),
        Move(
            "reverse", ("written_off",), "defaulted", by=(BANK,), zh="冲正核销",
            en="Reverse the write-off",
        ),
        *_staying("classify", OPEN, "五级分类", "Classify"),
        *_staying("claim", ("defaulted",), "申请风险补偿", "Claim compensation", UNCLAIMED),
        *_staying("restructure", LIVE, "重组", "Restructure", NOT_COMPENSATED, UNCLAIMED),
        Move(
            "renew", ("active",), "renewed", by=(BANK,), zh="无还本续贷", en="Renew",
            needs=(NO_ARREARS, NOT_COMPENSATED, UNCLAIMED),
        ),
        Move(
            "write_off", ("defaulted",), "written_off", by=(BANK, SYSTEM), zh="核销",
            en="Write off", needs=(COMPENSATED,),
        ),
        _system("fall_overdue", ("active",), "overdue", "逾期", "Fall overdue"),
        _system("default", ("overdue",), "defaulted", "违约", "Default"),
        _system("cure", ("overdue", "defaulted"), "active", "恢复正常", "Cure"),
        _system("settle", LIVE, "settled", "结清", "Settle"),
        _system("reopen", ("settled",), "active", "恢复", "Reopen"),
        _system("undraw", ("active",), "contracted", "撤销放款", "Undo the draw-down"),
        _system("lapse", ("contracted",), "lapsed", "失效", "Lapse"),
        _system("compensate", ("defaulted",), "defaulted", "风险补偿", "Compensate"),
        *(
            _system(action, (state,), state, zh, en)
            for action, states, zh, en in (
                ("recover", ("defaulted", "written_off"), "追偿", "Recover"),
                (
                    "lift_compensation", ("defaulted", "settled"), "撤回风险补偿",
                    "Take compensation back",
                ),
                (
                    "reverse_recovery", ("defaulted", "settled", "written_off"), "冲正追偿",
                    "Reverse a recovery",
                ),
            )
            for state in states
        ),
    ),
)  # fmt: skip


def system_path(source: str, target: str) -> list[Move]:
    """The shortest way from one state to another by the system's moves; [] where they are the same.

    Raises ValueError where no such way exists: then the entries say something that the workflow forbids.
    """
    queue: deque[tuple[str, list[Move]]] = deque([(source, [])])
    seen = {source}
    while queue:
        here, path = queue.popleft()
        if here == target:
            return path
        for move in WORKFLOW.moves:
            if SYSTEM in move.by and here in move.source and move.target not in seen:
                seen.add(move.target)
                queue.append((move.target, [*path, move]))
    raise ValueError(f"no system move leads from {source!r} to {target!r}")

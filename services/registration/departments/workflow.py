"""A department's task as data: what the system does by itself, and what is left to a person.

pending → sent → receipted, or rejected, or needs_person when we gave up; an officer of the department
then tries again, enters the receipt by hand, or waives the task with a reason. A receipt that comes
after we gave up still counts.
"""

from kit.workflow import Move, State, Workflow
from services.registration.departments.schemas import TaskComplete, TaskRetry, TaskWaive

SYSTEM = ("system",)
OFFICER = ("department",)
ON_THE_WAY = ("pending", "sent")
WITH_A_PERSON = ("rejected", "needs_person")

WORKFLOW = Workflow(
    states=(
        State("pending", "待发送", "To be sent"),
        State("sent", "部门办理中", "With the department"),
        State("receipted", "已办结", "Receipted", closed=True),
        State("rejected", "部门不予办理", "Rejected by the department"),
        State("needs_person", "待人工处理", "Waiting for a person"),
        State("completed", "人工办结", "Completed by hand", closed=True),
        State("waived", "免于办理", "Waived", closed=True),
    ),
    moves=(
        Move("accept", ("pending",), "sent", SYSTEM, "部门受理", "The department takes it in"),
        Move("resend", ("sent",), "pending", SYSTEM, "重新发送", "Send again: it was lost there"),
        Move("receipt", (*ON_THE_WAY, "needs_person"), "receipted", SYSTEM,
             "取得回执", "A receipt arrives"),
        Move("reject", (*ON_THE_WAY, "needs_person"), "rejected", SYSTEM,
             "部门不予办理", "The department rejects it"),
        Move("give_up", ON_THE_WAY, "needs_person", SYSTEM,
             "转人工处理", "Hand it to a person"),
        Move("retry", WITH_A_PERSON, "pending", OFFICER, "重新申报", "Try again",
             takes=TaskRetry),
        Move("complete", WITH_A_PERSON, "completed", OFFICER, "录入回执办结",
             "Enter the receipt by hand", takes=TaskComplete),
        Move("waive", WITH_A_PERSON, "waived", OFFICER, "免于办理", "Waive with a reason",
             takes=TaskWaive),
    ),
)  # fmt: skip


def starts_new_round(state: str, problem_code: str | None, *, corrected: bool) -> bool:
    """Whether trying again needs a new reference at the department.

    A rejected filing, other content, or a spent reference does. Otherwise the same reference goes
    again, because the department may have taken the first one in.
    """
    return corrected or state == "rejected" or problem_code == "reference_reused"

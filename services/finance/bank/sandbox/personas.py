"""The personas: who borrows, and what their bank rehearses with them. All invented (演示).

A persona's bank is whoever asked for it. Only where it asked to have its own part played too, the tag stands
in the application's purpose, by which a bank's test double (simulators/bank) knows that part.
"""

from dataclasses import dataclass
from typing import Literal

Scenario = Literal[
    "approve",
    "decline",
    "ask_first",
    "late_payer",
    "default",
    "repeat",
    "disorder",
    "silent",
    "withdraw_offer",
]


@dataclass(frozen=True)
class Persona:
    """One borrower. `next_steps` is what the bank does, in both languages."""

    code: Scenario
    zh: str
    en: str
    next_zh: str
    next_en: str

    @property
    def tag(self) -> str:
        return f"[{self.code}]"


PERSONAS: tuple[Persona, ...] = (
    Persona(
        "approve",
        "按时还款的企业",
        "A company that pays on time",
        "受理、批准、签约、放款，到期还款直至结清",
        "Accept, approve, contract, disburse, report each instalment when due until settled",
    ),
    Persona(
        "decline",
        "现金流不足的企业",
        "A company without the cash flow",
        "受理后作出不同意的决定并说明理由",
        "Accept, then decline with a reason that the applicant reads",
    ),
    Persona(
        "ask_first",
        "材料不齐、会答复的企业",
        "A company that forgot a paper and answers",
        "受理后要求补充材料；几秒后会收到答复，再作决定",
        "Accept, ask for information; the answer comes within seconds, then decide",
    ),
    Persona(
        "late_payer",
        "总是迟还二十天的企业",
        "A company that is always twenty days late",
        "放款后把业务时钟拨过到期日：贷款逾期；还清后恢复正常",
        "Disburse, move the clock past a due date: overdue; report the payment: active again",
    ),
    Persona(
        "default",
        "从不还款的企业",
        "A company that never pays",
        "放款后把业务时钟拨过违约天数，申请补偿，补偿后报送追偿",
        "Disburse, move the clock past the days of default, claim, then report recoveries",
    ),
    Persona(
        "repeat",
        "每个请求重复发送的演练",
        "For sending everything twice",
        "每个请求用同一幂等键再发一次，再换键发一次：不得有第二次效果",
        "Send each request again with its key, and with another key: there must be no second effect",
    ),
    Persona(
        "disorder",
        "次序颠倒的演练",
        "For doing things in the wrong order",
        "受理之前先决定、先签约：应被拒绝且不留痕迹",
        "Decide and contract before you accept: refused, and nothing is left of it",
    ),
    Persona(
        "silent",
        "银行不答复的演练",
        "For a bank that does not answer",
        "不受理，把业务时钟拨过受理时限：申请转给下一家银行",
        "Do not accept, move the clock past the time to accept: it passes to the next bank",
    ),
    Persona(
        "withdraw_offer",
        "批准后撤回的演练",
        "For an offer that is withdrawn",
        "批准后在签约前撤回",
        "Approve, then withdraw the offer before the contract",
    ),
)
BY_CODE = {persona.code: persona for persona in PERSONAS}
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def uscc_of(region_code: str, number: int) -> str:
    """A sound 18-character code for the n-th persona's company (GB 32100-2015, GB 11714).

    Its body begins with PT (排练), which no other demonstration code does.
    """
    body = f"PT{number % 10**6:06d}"
    # GB 11714 counts letters as A = 10 … Z = 35
    total = sum(int(char, 36) * weight for char, weight in zip(body, _BODY_WEIGHTS, strict=True))
    rest = (11 - total % 11) % 11
    first = f"91{region_code}{body}{'X' if rest == 10 else rest}"
    values = (_ALPHABET.index(char) for char in first)
    check = sum(value * weight for value, weight in zip(values, _WEIGHTS, strict=True))
    return first + _ALPHABET[(31 - check % 31) % 31]

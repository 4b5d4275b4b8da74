"""What the authority tells the applicant of any filing, each as a paper written in the move it tells of."""

from dataclasses import dataclass

from kit.matters import CaseContext
from kit.rulings import ADMINISTRATIVE
from services.registration.filings.printing import office_of
from services.registration.papers.blocks import Draft, plain, rows, text
from services.registration.papers.service import keep_notice


@dataclass(frozen=True)
class Occasion:
    """Whom a notice speaks to, and about which act (设立登记, 住所变更登记)."""

    applicant: str
    subject: str
    act: str

    @property
    def to(self) -> str:
        return f"{self.applicant}："


async def receipt(context: CaseContext, about: Occasion) -> None:
    """受理通知书 (条例 art. 19), with what comes next."""
    said = (
        f"你（单位）提交的{about.subject}{about.act}申请，材料齐全、符合法定形式，现予受理。"
        "本机关将自受理之日起 3 个工作日内作出决定；情形复杂的，经负责人批准可以延长 3 个工作日。"
    )
    after = (
        "接下来：各项规则全部符合、无需人工判断的，系统当场登记并发出电子营业执照；需要人工审查的，"
        "由登记机关工作人员办理。审查期间无需到场，结果、补正要求和全部文书都在本办件页面查看。"
    )
    number = str(context.case.facts["receipt_number"])
    blocks = [plain(about.to), text(said), text(after)]
    await keep_notice(context, Draft("receipt", "受理通知书", "Receipt", blocks, number=number))


async def correction(context: CaseContext, about: Occasion) -> None:
    """补正通知书: everything at once, each with where it is. Called after the notice stands in the facts."""
    notice = context.case.facts["correction"]
    listed = [
        [str(n), place_of(context, item["pointer"] or ""), item["detail"]]
        for n, item in enumerate(notice["items"], start=1)
    ]
    blocks = [
        plain(about.to),
        text(f"经审查，你（单位）的{about.subject}{about.act}申请需要补正。{notice['reason']}"),
        rows(listed, head=("序号", "哪一项", "需要补正的内容"), widths=(1, 3, 6)),
        text("本通知一次性告知全部需要补正的内容。补正后重新提交的，审查期限重新计算。"),
    ]
    await keep_notice(context, Draft("correction", "补正通知书", "Correction notice", blocks))


def place_of(context: CaseContext, pointer: str) -> str:
    """`/shareholders/0/name` → 股东 1·姓名: where an item of the notice is, for paper."""
    material = next(
        (m for m in context.matter.materials if pointer == f"/materials/{m.code}"), None
    )
    if material is not None or not pointer:
        return material.zh if material else "—"
    words: list[str] = []
    fields = [field for page in context.matter.views for field in page.fields]
    for step in pointer.split("/")[1:]:
        if step.isdecimal() and words:
            words[-1] += f" {int(step) + 1}"
            continue
        found = next((f for f in fields if f.name == step), None)
        if found is None:
            break
        words.append((found.item_label or found.label).zh)
        fields = found.fields or []
    return "·".join(words)


async def extension(context: CaseContext, about: Occasion, reason: str) -> None:
    """延长审查期限通知书 (条例 art. 19: by the head, told in writing)."""
    said = (
        f"你（单位）的{about.subject}{about.act}申请情形复杂，经负责人批准，审查期限延长 3 个工作日。"
        f"理由：{reason}"
    )
    blocks = [plain(about.to), text(said)]
    draft = Draft("extension", "延长审查期限通知书", "Notice of a longer review", blocks)
    await keep_notice(context, draft)


async def refusal(context: CaseContext, about: Occasion, reason: str) -> None:
    """不予登记通知书 (条例 art. 20), with reason and remedies."""
    office = office_of(context.case)
    ways = []
    for remedy in ADMINISTRATIVE:
        place = office.place(remedy)
        last = remedy.until(context.today, context.calendar)
        ways.append([remedy.zh, place[0] if place else "", last.isoformat() if last else ""])
    blocks = [
        plain(about.to),
        text(
            f"经审查，你（单位）的{about.subject}{about.act}申请，依照《市场主体登记管理条例》第二十条，"
            f"决定不予登记。理由：{reason}"
        ),
        text("如不服本决定，可以申请行政复议，也可以依法提起行政诉讼："),
        rows(ways, head=("途径和期限", "向何处提出", "最晚日期"), widths=(4, 4, 2)),
    ]
    await keep_notice(context, Draft("refusal", "不予登记通知书", "Refusal", blocks))


async def withdrawal(context: CaseContext, about: Occasion) -> None:
    """What was submitted and taken back by its applicant."""
    said = f"你（单位）已撤回{about.subject}{about.act}申请，本机关终止办理。可以随时重新申请。"
    draft = Draft("withdrawal", "撤回申请确认书", "Withdrawn", [plain(about.to), text(said)])
    await keep_notice(context, draft)


async def registration(context: CaseContext, about: Occasion, said: str) -> None:
    """准予登记通知书: `said` is what was registered."""
    blocks = [
        plain(about.to),
        text(said),
        text("电子营业执照与纸质营业执照具有同等法律效力，可在本办件页面查看和下载。"),
    ]
    draft = Draft("registration", "准予登记通知书", "Registration notice", blocks)
    await keep_notice(context, draft)

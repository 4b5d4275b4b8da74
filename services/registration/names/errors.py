"""What can stand between an applicant and a name."""

from kit.errors import Problem


class NameTaken(Problem):
    """An identical name exists at this authority (名称规定 art. 17)."""

    code = "name_taken"
    status = 409
    title_zh = "名称已被使用或者保留"
    title_en = "The name is taken"


class NameNotAllowed(Problem):
    """The name breaks a rule; `errors` says which, each with its clause."""

    code = "name_not_allowed"
    status = 422
    title_zh = "名称不符合规定"
    title_en = "The name is not allowed"


class NameNeedsApproval(Problem):
    """Self-declaration cannot give this name: a higher authority has to."""

    code = "name_needs_approval"
    status = 422
    title_zh = "该名称须由上级机关核准，不适用自主申报"
    title_en = "A higher authority must approve this name; it cannot be self-declared"


class NameNeedsReview(Problem):
    """An officer has to look at the name when registering: send `for_review` to keep it for that."""

    code = "name_needs_review"
    status = 422
    title_zh = "该名称须由登记机关核实，请选择“保留并交核实”"
    title_en = "The registration authority has to look at the name; ask to keep it for review"


class NamePromiseRequired(Problem):
    """Similar names exist: send the written promise of art. 16 that covers each of them."""

    code = "name_promise_required"
    status = 422
    title_zh = "存在近似名称，请作出书面承诺"
    title_en = "Similar names exist: a written promise is needed"


class ReservationEnded(Problem):
    """The reservation is no longer in force: released, lapsed, or already registered."""

    code = "name_reservation_ended"
    status = 409
    title_zh = "名称保留已结束"
    title_en = "The reservation has ended"


class UnknownRegion(Problem):
    """The seat's code is no county of today."""

    code = "unknown_region"
    status = 422
    title_zh = "住所所在地代码无效"
    title_en = "The seat's region code is not one in force"


class ReservationInUse(Problem):
    """An application for registration uses the reservation; withdraw that first."""

    code = "name_reservation_in_use"
    status = 409
    title_zh = "名称保留正用于登记申请"
    title_en = "An application for registration uses this reservation"

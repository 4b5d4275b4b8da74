"""Facts that can go wrong when codes are given out."""

from kit.errors import Problem, Unavailable


class CodeSegmentExhausted(Unavailable):
    """The authority has no number left; an administrator must open a segment."""

    code = "code_segment_exhausted"
    title_zh = "登记机关的代码段已用完，请联系管理员"
    title_en = "The registration authority has no codes left; an administrator must open a segment"


class CodeSegmentOverlaps(Problem):
    code = "code_segment_overlaps"
    status = 409
    title_zh = "代码段与已有代码段重叠"
    title_en = "The segment overlaps one that exists; no number may be given out twice"


class CodeSegmentInvalid(Problem):
    code = "code_segment_invalid"
    status = 422
    title_zh = "代码段内容有误"
    title_en = "The segment is not one that organisation codes can be made from"

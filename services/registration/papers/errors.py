"""Facts that stop a paper."""

from kit.errors import Problem


class PaperNotPrintable(Problem):
    code = "paper_not_printable"
    status = 409
    title_zh = "内容含有字库中没有的字符，无法生成文书"
    title_en = "The content has a character that no font of ours can draw"

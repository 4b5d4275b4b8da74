"""Stable codes and their labels: GET /codes. Labels never travel as values elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kit.errors import catalogue
from kit.schemas import Label, Out


@dataclass(frozen=True)
class CodeList:
    """One enumeration: `labels` maps each code to (zh-CN, en)."""

    name: str
    labels: Mapping[str, tuple[str, str]]


class CodeView(Out):
    code: str
    label: Label


class ErrorCodeView(Out):
    code: str
    status: int
    title: Label


class CodesView(Out):
    """All code lists of a service, and every error code with its status."""

    lists: dict[str, list[CodeView]]
    errors: list[ErrorCodeView]


def codes_view(lists: Sequence[CodeList]) -> CodesView:
    return CodesView(
        lists={
            entry.name: [
                CodeView(code=code, label=Label(zh=zh, en=en))
                for code, (zh, en) in entry.labels.items()
            ]
            for entry in lists
        },
        errors=[
            ErrorCodeView(
                code=kind.code, status=kind.status, title=Label(zh=kind.title_zh, en=kind.title_en)
            )
            for kind in catalogue()
        ],
    )

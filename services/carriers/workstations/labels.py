"""The codes of seats and their labels, for GET /codes."""

from kit.codelists import CodeList

KINDS = CodeList(
    "workstation_kinds",
    {
        "open_desk": ("开放工位", "Open desk"),
        "fixed_desk": ("固定工位", "Fixed desk"),
        "office": ("独立办公室", "Office"),
    },
)
CODE_LISTS = (KINDS,)

"""Codes and numbers as people type them: lower case, full width, in groups. One spelling is kept.

Shape only. Whether a check character is right, and what follows when it is not, is each matter's rule.
"""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from kit.forms import Sensitive

_USCC = re.compile(r"[0-9A-HJ-NP-RTUWXY]{18}")
_ACCOUNT = re.compile(r"[0-9]{8,32}")
_CONTRACT = re.compile(r"[0-9A-Za-z\u3400-\u9fff(\[][0-9A-Za-z\u3400-\u9fff ._/()\[\]#-]{0,63}")
_GAPS = re.compile(r"[\s‐‑‒–—−-]")
_BRACKETS = str.maketrans("〔〕【】［］（）", "[][][]()")


def code_text(text: str) -> str:
    """What a person meant to type: full-width forms folded, blanks and hyphens dropped, upper case."""
    return _GAPS.sub("", unicodedata.normalize("NFKC", text)).upper()


def _uscc(text: str) -> str:
    code = code_text(text)
    if not _USCC.fullmatch(code):
        raise PydanticCustomError(
            "uscc_shape", "18 digits and capital letters without I, O, S, V and Z"
        )
    return code


def _account(text: str) -> str:
    number = code_text(text)
    if not _ACCOUNT.fullmatch(number):
        raise PydanticCustomError("account_shape", "an account number has 8 to 32 digits")
    return number


def _contract(text: str) -> str:
    """（2026）青银贷字第001号 and (2026)青银贷字第001号 are one number; its own letters stay as they are."""
    plain = re.sub(" +", " ", unicodedata.normalize("NFKC", text.translate(_BRACKETS)).strip())
    if not _CONTRACT.fullmatch(plain):
        raise PydanticCustomError(
            "reference_characters", "letters, digits, Han characters and . _ / - ( ) [ ] only"
        )
    return plain


def _upper(value: object) -> object:
    return code_text(value) if isinstance(value, str) else value


_READ = "blanks, hyphens, full width and small letters are read, too"
Uscc = Annotated[
    str,
    StringConstraints(max_length=60),
    AfterValidator(_uscc),
    Field(
        json_schema_extra={"pattern": "^[0-9A-HJ-NP-RTUWXY]{18}$", "maxLength": 18},
        description=f"Unified social credit code (GB 32100); {_READ}",
    ),
]
AccountNumber = Annotated[
    str,
    StringConstraints(max_length=80),
    AfterValidator(_account),
    Field(json_schema_extra={"pattern": "^[0-9]{8,32}$", "maxLength": 32}),
    Sensitive("bank_account"),
]
ContractNumber = Annotated[
    str,
    StringConstraints(min_length=1, max_length=64),
    AfterValidator(_contract),
    Field(
        json_schema_extra={"pattern": r"^[^\x00-\x1f<>]{1,64}$"},
        description="As it stands on the paper; brackets of any width are one kind",
    ),
]
AnyCase = BeforeValidator(_upper)
"""For other codes in capitals: `Annotated[str, StringConstraints(pattern=…), AnyCase]`."""

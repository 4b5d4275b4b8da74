"""Fresh, correct codes for tests: nothing is derived from them."""

from itertools import count

from services.registration.codes.rules import ALPHABET, org_code_check, uscc_check

_NUMBERS = count(1)


def fresh_uscc(region: str = "980101") -> str:
    """A code of the XY range with right check characters, never given twice in a process."""
    number, body = next(_NUMBERS), ""
    for _ in range(5):
        number, digit = divmod(number, 31)
        body = ALPHABET[digit] + body
    org = f"XYY{body}"
    first = f"91{region}{org}{org_code_check(org)}"
    return first + uscc_check(first)

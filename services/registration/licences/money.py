"""Registered capital in words, as licences print it (壹佰万元整). Pure; no other money here."""

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")


def capital_in_words(amount_fen: int) -> str:
    """`人民币壹佰万元整` for 100_000_000 fen; jiao and fen are spelt where there are any.

    `amount_fen` is positive and at most 10**15 (GB/T 15835's financial capitals).
    """
    yuan, cents = divmod(amount_fen, 100)
    words = f"{_whole(yuan)}元" if yuan else ""
    jiao, fen = divmod(cents, 10)
    if not cents:
        return f"人民币{words}整"
    if jiao:
        words += f"{DIGITS[jiao]}角"
    elif yuan:
        words += "零"
    return f"人民币{words}" + (f"{DIGITS[fen]}分" if fen else "整")


def _whole(number: int) -> str:
    """A positive whole number in capitals: groups of four digits, one 零 for any run of zeros."""
    parts: list[str] = []
    gap = False
    for place in range(len(str(number)) // 4, -1, -1):
        group = number // 10_000**place % 10_000
        if group == 0:
            gap = bool(parts)
            continue
        if parts and (gap or group < 1000):
            parts.append("零")
        parts.append(_group(group) + GROUPS[place])
        gap = False
    return "".join(parts)


def _group(number: int) -> str:
    """1 to 9999 in capitals."""
    words, gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit == 0:
            gap = bool(words)
            continue
        words += ("零" if gap else "") + DIGITS[digit] + PLACES[place]
        gap = False
    return words

"""A device in words a person knows it by: "Chrome · Windows" instead of what the browser sent.

Only for recognising one's own devices on a page; nothing is decided by it.
"""

BROWSERS = (
    ("MicroMessenger", "微信 WeChat"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
"""In this order: every later one is also named by those before it."""
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def named(user_agent: str | None) -> str:
    """`Chrome · Windows`; a program by its own first word (`python-httpx`); empty where nothing was sent."""
    sent = user_agent or ""
    if not sent.startswith("Mozilla/"):
        return sent.split("/")[0][:40]
    known = (_first(sent, BROWSERS), _first(sent, SYSTEMS))
    return " · ".join(part for part in known if part)


def _first(sent: str, marks: tuple[tuple[str, str], ...]) -> str:
    return next((said for mark, said in marks if mark in sent), "")

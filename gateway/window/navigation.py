"""The main navigation: a few groups, by what the reader's roles work on; a group's pages are a second row.

Only offers ways; what a reader may see or do is asked of the services on every call.
"""

from dataclasses import dataclass

from gateway.identity.service import Session
from gateway.window.wording import later

STAFF = (
    "officer",
    "head",
    "department_officer",
    "bank",
    "carrier_operator",
    "expert",
    "administrator",
)
BOOKKEEPERS = ("science", "treasury")


@dataclass(frozen=True, slots=True)
class Entry:
    """A way to a page. `also`: addresses besides its own that belong to it."""

    href: str
    text: str
    also: tuple[str, ...] = ()

    def leads_to(self, path: str) -> bool:
        """Whether the page at `path` is this one or lies below it."""
        if self.href == "/":
            return path == "/"
        return any(path == h or path.startswith(f"{h}/") for h in (self.href, *self.also))


@dataclass(frozen=True, slots=True)
class Group:
    """One word of the navigation. It leads to its first entry."""

    text: str
    entries: tuple[Entry, ...]

    def leads_to(self, path: str) -> bool:
        return any(entry.leads_to(path) for entry in self.entries)


def _one(href: str, text: str, *also: str) -> Group:
    return Group(text, (Entry(href, text, also),))


HOME = _one("/", later("首页"))
NOTICES = _one("/notices", later("公示"))
PLACES = _one("/carriers", later("找场地"))
LOOK_UP = Group(
    later("查询"),
    (Entry("/register", later("企业查询")), Entry("/verify", later("执照核验"))),
)
CASES = _one("/cases", later("我的办件"), "/matters")
NAMES = _one("/names", later("名称"))
MONEY = Group(
    later("资金"),
    (
        Entry("/entitlements", later("我能办什么")),
        Entry("/loans/products", later("贷款产品")),
        Entry("/loans", later("我的贷款")),
    ),
)
SEAT = Group(
    later("场地"),
    (Entry("/carriers", later("找场地")), Entry("/tenancy", later("我的入驻"))),
)
QUEUE = _one("/queue", later("待办"), "/cases")
HEAD_QUEUE = Group(
    later("待办"),
    (Entry("/queue", later("待办"), ("/cases",)), Entry("/department", later("部门办件"))),
)
TASKS = _one("/tasks", later("协同事项"))
LOANS = _one("/loans", later("贷款"))
DESK = _one("/desk", later("我的载体"))
BOOKS = Group(
    later("资金"),
    (Entry("/books", later("资金池和预算")), Entry("/books/accounts", later("总账"))),
)


ADMIN = Group(
    later("管理"),
    (
        Entry("/admin", later("管理")),
        Entry("/admin/clients", later("应用和密钥"), ("/admin/registrations",)),
        Entry("/admin/accounts", later("账号和角色")),
        Entry("/admin/organisations", later("机构")),
        Entry("/admin/regions", later("行政区划")),
        Entry("/admin/parameters", later("参数")),
        Entry("/admin/operations", later("运行情况")),
    ),
)


def has_role(reader: Session | None, *roles: str) -> bool:
    """Whether to offer a way; the services decide again on every call."""
    return reader is not None and any(role in reader.roles for role in roles)


def is_staff(reader: Session | None) -> bool:
    """Comes to decide, not to apply: such readers have their queue where others have their cases."""
    return has_role(reader, *STAFF) and not has_role(reader, "founder")


def home(reader: Session | None) -> str:
    """Where this reader's work is."""
    if has_role(reader, "administrator"):
        return "/admin"
    if has_role(reader, "department_officer"):
        return "/tasks"
    return "/queue" if is_staff(reader) or has_role(reader, "officer", "head") else "/cases"


def groups(reader: Session | None) -> tuple[Group, ...]:
    """What this reader's navigation holds."""
    if reader is None:
        single = tuple(_one(e.href, e.text) for e in LOOK_UP.entries)
        return (HOME, PLACES, NOTICES, *single)
    if not is_staff(reader):
        queue = (_one("/queue", later("待办")),) if has_role(reader, "officer", "head") else ()
        return (HOME, CASES, *queue, NAMES, MONEY, SEAT, NOTICES, LOOK_UP)
    found = [HOME]
    if has_role(reader, "administrator"):
        found.append(ADMIN)
    if has_role(reader, "officer", "head", "bank", "carrier_operator", "expert"):
        found.append(HEAD_QUEUE if has_role(reader, "head") else QUEUE)
    if has_role(reader, "department_officer"):
        found.append(TASKS)
    if has_role(reader, "bank"):
        found.append(LOANS)
    if has_role(reader, "carrier_operator"):
        found.append(DESK)
    if has_role(reader, "officer", "head") and reader.org in BOOKKEEPERS:
        found.append(BOOKS)
    return (*found, PLACES, NOTICES, LOOK_UP)


def pages(shown: tuple[Group, ...], path: str) -> tuple[Entry, ...]:
    """The second row: the pages of the group that one is in, where it has more than one."""
    here = next((group for group in shown if group.leads_to(path)), None)
    return here.entries if here and len(here.entries) > 1 else ()


def best(entries: tuple[Entry, ...], path: str) -> Entry | None:
    """The entry that one is in; of two, the one with the longer address."""
    found = [entry for entry in entries if entry.leads_to(path)]
    return max(found, key=lambda entry: len(entry.href), default=None)

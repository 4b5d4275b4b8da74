"""Any form from its description: what is posted, what goes to the service, what comes back on the page."""

from typing import Any

from starlette.datastructures import FormData

from gateway.window.cases.views import at_work
from gateway.window.diagram import Move, picture
from gateway.window.fields.people import filled, named, vacant
from gateway.window.fields.pointers import MISSING, input_id, read, written
from gateway.window.fields.reading import missing, read_fields
from gateway.window.fields.shapes import Field, field_of
from gateway.window.fields.widgets import Choices, Drawing, Option, widgets


def described(name: str, kind: str, **more: Any) -> dict[str, Any]:
    base = {"name": name, "pointer": f"/{name}", "kind": kind, "required": True}
    return base | {"label": {"zh": name, "en": name}} | more


def person(under: str) -> list[dict[str, Any]]:
    fields = [described("name", "text"), described("id_number", "id_number", sensitive=True)]
    return [f | {"pointer": f"{under}{f['pointer']}"} for f in fields]


PEOPLE = field_of(described("people", "list", fields=person("/people/*"), min_items=1, max_items=3))
OWNER = field_of(described("owner", "group", fields=person("/owner")))
KIND = field_of(described("kind", "choice", options=[{"value": "a", "label": {"zh": "甲"}}]))
CODE = field_of(described("code", "text", shown_when=["kind", "b"]))


def drawn(field: Field, document: dict[str, Any], options: dict[str, Choices] | None = None) -> Any:
    return widgets([field], document, Drawing("zh-CN", options or {}, {}))[0]


def test_lists_groups_and_kept_numbers_become_the_services_json() -> None:
    posted = FormData(
        [
            ("/people#count", "2"),
            ("/people/0/name", " 林晓舟 "),
            ("/people/0/id_number", ""),
            ("/people/0/id_number#kept", "9801**********1016"),
            ("/people/1/name", "周明远"),
            ("/people/1/id_number", "９８０１０１ 198805122028"),
            ("/owner/name", ""),
        ]
    )
    answered, faults = read_fields((PEOPLE, OWNER), posted)
    assert faults == []
    assert answered == {
        "people": [
            {"name": "林晓舟", "id_number": "9801**********1016"},
            {"name": "周明远", "id_number": "980101198805122028"},
        ]
    }


def test_a_count_beyond_the_limit_or_not_a_number_is_bounded() -> None:
    for count, expected in (("99", 3), ("-1", 0), ("1e9", 0), ("99999999", 0)):
        answered, _ = read_fields((PEOPLE,), FormData([("/people#count", count)]))
        assert len(answered.get("people", [])) == expected


def test_an_answer_to_a_question_that_does_not_follow_is_left_out() -> None:
    answered, _ = read_fields((KIND, CODE), FormData([("/kind", "a"), ("/code", "x")]))
    assert answered == {"kind": "a"}
    assert missing((KIND, CODE), {"kind": "a"}) == []
    assert [p for p, _ in missing((KIND, CODE), {"kind": "b"})] == ["/code"]


def test_what_cannot_be_converted_stays_as_typed_with_a_fault_at_its_pointer() -> None:
    day = field_of(described("on", "date"))
    money = field_of(described("sum", "money_yuan"))
    posted = FormData(
        [("/on#year", "2030"), ("/on#month", "2"), ("/on#day", "30"), ("/sum", "许多")]
    )
    answered, faults = read_fields((day, money), posted)
    assert [f.pointer for f in faults] == ["/on", "/sum"]
    assert drawn(day, answered).value == ["2030", "2", "30"]
    assert drawn(money, answered).value == "许多"


def test_a_masked_number_is_shown_as_kept_and_never_put_into_the_input() -> None:
    widget = drawn(OWNER, {"owner": {"id_number": "9801**********1016"}}).children[1]
    assert widget.kept == "9801**********1016"
    assert widget.value == ""


def test_an_empty_list_that_needs_items_offers_one_to_fill_in() -> None:
    widget = drawn(PEOPLE, {})
    assert len(widget.items) == 1
    assert widget.items[0][0].name == "/people/0/name"
    assert not drawn(PEOPLE, {"people": [{}, {}, {}]}).can_add


def test_somebody_who_is_named_is_offered_once_and_filled_in_where_nobody_is() -> None:
    lin = {"name": "林晓舟", "id_number": "9801**********1016"}
    document = {"people": [lin, {"name": "周明远"}, {}]}
    assert [p.name for p in named((PEOPLE, OWNER), document)] == ["林晓舟"]
    assert vacant((PEOPLE, OWNER), document) == ["/people/2", "/owner"]
    (known,) = named((PEOPLE, OWNER), document)
    spoilt = document | {"owner": "x", "people": ["y", lin]}
    assert [p.pointer for p in named((PEOPLE, OWNER), spoilt)] == ["/people/1"]
    assert vacant((PEOPLE, OWNER), spoilt) == ["/people/0", "/owner"]
    changed = filled(document, (PEOPLE, OWNER), known, ["/people/2", "/owner", "/elsewhere"])
    assert changed == {"people": [lin, {"name": "周明远"}, lin], "owner": lin}
    assert len(named((PEOPLE, OWNER), changed)) == 1


def test_few_options_stand_open_many_fold_and_endless_are_searched() -> None:
    field = field_of(described("region", "region", options_href="/regions"))
    many = Choices(tuple(Option(str(i), str(i)) for i in range(20)), complete=True)
    assert drawn(field, {}, {"/regions": Choices(many.options[:3], True)}).kind == "radios"
    assert drawn(field, {}, {"/regions": many}).kind == "select"
    assert drawn(field, {}, {"/regions": Choices((), complete=False)}).kind == "pick"


def test_pointers_read_write_and_remove_without_touching_the_original() -> None:
    document = {"people": [{"name": "a"}]}
    changed = written(document, "/people/1/name", "b")
    assert changed == {"people": [{"name": "a"}, {"name": "b"}]}
    assert written(changed, "/people/0", MISSING) == {"people": [{"name": "b"}]}
    assert document == {"people": [{"name": "a"}]}
    assert read(document, "/people/7/name", "none") == "none"
    assert input_id("/people/0/id_number") == "people-0-id-number"


def test_a_workflows_picture_gives_every_move_its_number_once() -> None:
    states = [("draft", "填写", False), ("sent", "已送", False), ("done", "办结", True)]
    moves = [
        Move(1, "send", ("draft",), "sent"),
        Move(2, "note", ("sent",), "sent"),
        Move(3, "drop", ("draft", "sent"), "done"),
        Move(4, "back", ("sent",), "draft"),
    ]
    drawing = picture(states, moves)
    numbers = sorted(n for line in drawing.lines for n, _, _ in line.dots)
    assert numbers == [1, 2, 3, 3, 4]
    assert all(0 < x < drawing.width for line in drawing.lines for _, x, _ in line.dots)
    assert [box.end for box in drawing.boxes] == [False, False, True]


def test_whose_turn_it_is_names_who_has_it_on_the_desk_and_not_their_heads() -> None:
    claim = {"officer", "head", "treasury_officer", "treasury_head"}
    local = {f"local_{role}" for role in claim}
    assert at_work(claim | local) == {"local_officer", "local_treasury_officer"}
    assert at_work({"head"}) == {"head"}
    assert at_work({"provincial_officer", "provincial_head"}) == {"provincial_officer"}

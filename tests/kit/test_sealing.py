"""Personal numbers in a stored form: never readable without the key, masked outside, kept when unchanged."""

from typing import Annotated, Any

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from kit.cases.drafting import form_digest
from kit.crypto import Vault
from kit.forms import Sensitive, sensitive_paths
from kit.schemas import In
from kit.sealing import Sealer


class Someone(In):
    name: str
    id_number: Annotated[str, Sensitive("id_number")]


class Form(In):
    people: list[Someone]
    head: Someone | None = None


SEALER = Sealer(Form, Vault("k" * 40), "p" * 40)
NUMBERS = st.from_regex(r"[0-9]{17}[0-9X]", fullmatch=True)
FORMS = st.builds(
    lambda numbers: {"people": [{"name": f"人{i}", "id_number": n} for i, n in enumerate(numbers)]},
    st.lists(NUMBERS, min_size=1, max_size=5, unique_by=lambda n: (n[:4], n[-4:])),
)


def test_paths_of_personal_numbers_are_found_through_lists_and_groups() -> None:
    assert set(sensitive_paths(Form)) == {("people", "*", "id_number"), ("head", "id_number")}


@given(form=FORMS)
def test_sealed_form_opens_to_itself_and_shows_no_number(form: dict[str, Any]) -> None:
    stored = SEALER.seal(form)
    assert SEALER.open(stored) == form
    for person in form["people"]:
        assert person["id_number"] not in str(stored)
        assert person["id_number"] not in str(SEALER.mask(stored))


@given(form=FORMS, data=st.data())
def test_masks_that_come_back_are_the_numbers_again_in_any_order(
    form: dict[str, Any], data: Any
) -> None:
    stored = SEALER.seal(form)
    shown = SEALER.mask(stored)
    order = data.draw(st.permutations(range(len(form["people"]))))
    sent = {"people": [shown["people"][i] for i in order]}
    assert SEALER.restore(sent, stored) == {"people": [form["people"][i] for i in order]}


@given(form=FORMS, data=st.data())
def test_a_mask_at_another_place_is_the_same_persons_number(
    form: dict[str, Any], data: Any
) -> None:
    stored = SEALER.seal(form)
    index = data.draw(st.integers(0, len(form["people"]) - 1))
    sent = SEALER.mask(stored) | {"head": SEALER.mask(stored)["people"][index]}
    assert SEALER.restore(sent, stored) == form | {"head": form["people"][index]}


TWINS = ("980101199003071016", "980101198503071016")
"""Two people whose numbers have one mask."""


def twins() -> dict[str, Any]:
    people = [{"name": f"人{n}", "id_number": number} for n, number in enumerate(TWINS)]
    return {"people": people[:1], "head": people[1]}


def test_masks_of_two_people_are_told_apart_by_what_stands_beside_them() -> None:
    stored = SEALER.seal(twins())
    shown = SEALER.mask(stored)
    assert shown["people"][0]["id_number"] == shown["head"]["id_number"]
    assert SEALER.restore(shown, stored) == twins()


@pytest.mark.parametrize("place", ["head", "people"])
def test_a_mask_of_two_people_is_neithers_where_it_did_not_stand_with_that_name(place: str) -> None:
    stored = SEALER.seal(twins())
    shown = SEALER.mask(stored)
    first, head = shown["people"][0], shown["head"]
    if place == "head":  # the first is filled in as head: not the former head's number
        sent = {"people": [first], "head": first}
        kept = {"people": twins()["people"], "head": first}
    else:  # the head is filled in as one more of the people: not the first one's number
        sent = {"people": [first, head], "head": head}
        kept = {"people": [twins()["people"][0], head], "head": twins()["head"]}
    assert SEALER.restore(sent, stored) == kept


def test_twins_of_one_list_keep_their_numbers_in_another_order_and_when_one_leaves() -> None:
    form = {"people": [twins()["people"][0], twins()["head"]]}
    stored = SEALER.seal(form)
    shown = SEALER.mask(stored)["people"]
    assert SEALER.restore({"people": shown[::-1]}, stored) == {"people": form["people"][::-1]}
    assert SEALER.restore({"people": shown[1:]}, stored) == {"people": form["people"][1:]}


@given(form=FORMS)
def test_digest_does_not_depend_on_the_ciphertext(form: dict[str, Any]) -> None:
    assert form_digest(SEALER.seal(form)) == form_digest(SEALER.seal(form))


def test_another_number_gives_another_digest() -> None:
    one = SEALER.seal({"people": [{"name": "人", "id_number": "980101199003071016"}]})
    two = SEALER.seal({"people": [{"name": "人", "id_number": "980101199003071024"}]})
    assert form_digest(one) != form_digest(two)


def test_ciphertext_cannot_be_moved_to_another_field() -> None:
    stored = SEALER.seal({"people": [], "head": {"name": "人", "id_number": "980101199003071016"}})
    moved = {"people": [{"name": "人", "id_number": stored["head"]["id_number"]}]}
    with pytest.raises(InvalidTag):
        SEALER.open(moved)

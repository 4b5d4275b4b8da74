"""What real people and their keyboards send: the inputs of public reports, through the form and the rules."""

from typing import Any

import pytest

from kit.partial import read_draft
from kit.regions.table import known_codes
from services.registration.codes.resident_id import check_resident_id
from services.registration.filings.establishment.form import EstablishmentForm
from tests.services.registration.filings.conftest import CHEN, LIN, ZHOU, House, form
from tests.services.registration.filings.test_rules import FACTS, ID, codes, judged, made

UIGHUR = {"name": "买买提\u00b7艾力", "id_number": "980101199001010121", "phone": "00013800009"}
DOTTED = ("•", "．", "‧", "･", "⋅", " · ")


@pytest.mark.parametrize("dot", DOTTED)
def test_one_person_may_be_spelt_with_any_dot(dot: str) -> None:
    other = UIGHUR | {"name": f"买买提{dot}艾力"}
    wanted = made(holders=(other,), liaison=UIGHUR)
    assert codes(wanted) == set()
    assert wanted.shareholders[0].name == wanted.shareholders[0].signer.name == UIGHUR["name"]


@pytest.mark.parametrize("other", ["ZHANG  SAN", "Zhang San", "zhang san", "ＺＨＡＮＧ ＳＡＮ"])
def test_one_number_may_bear_one_name_in_several_spellings(other: str) -> None:
    one = CHEN | {"name": "ZHANG SAN"}
    assert codes(made(holders=(one,), liaison=CHEN | {"name": other})) == set()
    assert codes(made(holders=(one,), liaison=CHEN | {"name": "ZHANG SI"})) == {
        "one_number_two_names"
    }


@pytest.mark.parametrize("name", ["张\n三", "张3丰", "!!", "<b>张", "王𰀀", "林\u202e晓舟"])
def test_what_sign_up_refuses_a_filing_refuses_in_every_place(name: str) -> None:
    person = LIN | {"name": name}
    for place in (
        {"liaison": person},
        {"finance_officer": person},
        {"legal_representative": {"name": name}},
        {"officers": [{"position": "director", "name": name}]},
        {"shareholders": [{"signer": {"name": name}}]},
        {"beneficial_owners": [{"name": name}]},
    ):
        _, wrong = read_draft(EstablishmentForm, place)
        assert [
            e.code for e in wrong if e.code not in ("name_characters", "character_not_printable")
        ] == []
        assert len(wrong) == 1


def test_a_shareholder_who_is_a_person_is_named_as_one() -> None:
    body = form(ID)
    body["shareholders"][0]["name"] = "林3舟"
    found = codes(EstablishmentForm.model_validate(body))
    assert found == {"name_characters", "shareholder_must_sign"}


@pytest.mark.parametrize(
    "number",
    ["321119199001010123", "320219199001010128", "441282199001010120", "232761199001010128",
     "911124198108030024", "830000199001010020", "999999199001010024"],
)  # fmt: skip
def test_the_table_of_regions_never_overrules_the_population_register(number: str) -> None:
    person = LIN | {"id_number": number}
    assert codes(made(holders=(person,))) == set()
    assert judged(made(holders=(person,))) == set()


def test_an_unknown_region_is_a_hint_and_a_known_one_is_none() -> None:
    def hints(number: str) -> list[str]:
        verdict = check_resident_id(number, regions=known_codes(), today=FACTS.today)
        assert verdict.valid
        return [f.code for f in verdict.findings if f.hint]

    assert hints("321119199001010123") == ["region_unknown"]
    assert hints("911124198108030024") == []  # Beijing, Canada: a permanent resident's
    assert hints("360426199101010071") == []


@pytest.mark.parametrize("number", ["321119199001010124", "911124198108030025"])
def test_the_check_character_still_counts(number: str) -> None:
    assert codes(made(holders=(LIN | {"id_number": number},))) == {"resident_id_check"}


@pytest.mark.parametrize(
    ("uscc", "found", "looked_at"),
    [
        ("91350203M0001QKT19", set(), True),  # on a real licence, though its check fails
        ("91350203m0001qkt19", set(), True),
        ("91980101XY00000123", set(), False),
        ("91980101XY00000124", {"uscc_invalid"}, True),  # ours: never issued
        ("91989999XY00000120", {"uscc_invalid"}, True),
        ("91440300192203821 6", set(), False),
    ],
)
def test_a_company_code_that_fails_its_check_goes_to_an_officer(
    uscc: str, found: set[str], looked_at: bool
) -> None:
    body = form(ID)
    holder = {"kind": "enterprise", "name": "某某有限公司", "uscc": uscc}
    body["shareholders"][0] |= holder
    wanted = EstablishmentForm.model_validate(body)
    assert codes(wanted) == found
    assert ("uscc_to_check" in judged(wanted)) == looked_at


async def test_what_is_stored_is_the_one_spelling(house: House) -> None:
    founder = house.founder()
    typed = form(
        await house.reserve(founder),
        liaison={"name": "买买提•艾力", "phone": "+86 138 0013 8000",
                 "id_number": "９８０１０１ 19900101 0121"},
        finance_officer=ZHOU | {"name": "Jose\u0301  Núñez", "phone": "(0511) 8888-8888"},
        domicile=form("")["domicile"] | {"street": "创业路８８号　Ａ座３楼"},
    )  # fmt: skip
    typed["shareholders"][0] |= {"uscc": "91980101xy00000123"}
    case = await house.draft(founder, typed)
    kept: dict[str, Any] = (await house.read(founder, case))["form"]
    assert kept["liaison"]["name"] == "买买提·艾力"
    assert kept["liaison"]["phone"] == "138****8000"
    assert kept["liaison"]["id_number"] == "9801**********0121"
    assert kept["finance_officer"]["name"] == "José Núñez"
    assert kept["finance_officer"]["phone"].startswith("051")
    assert kept["shareholders"][0]["uscc"] == "91980101XY00000123"
    assert kept["domicile"]["street"] == "创业路88号 A座3楼"


async def test_a_permanent_resident_s_company_is_registered_at_once(house: House) -> None:
    resident = {
        "name": "MARIA  Silva",
        "id_number": "911124198108030024",
        "phone": "+86 138 0013 8000",
    }
    founder = house.founder(resident)
    case = await house.signing(founder, holders=(resident,))
    await house.sign(founder, case)
    await house.work()
    done = await house.read(founder, case)
    assert (done["state"], done["facts"].get("judgements")) == ("registered", [])


async def test_a_reason_of_nothing_visible_is_refused(house: House) -> None:
    founder = house.founder()
    case = await house.signing(founder)
    reply = await house.act(founder, await house.read(founder, case), "decline", reason="\u200b")
    assert reply.status_code == 422
    assert [(e["pointer"], e["code"]) for e in reply.json()["errors"]] == [
        ("/reason", "invisible_character")
    ]

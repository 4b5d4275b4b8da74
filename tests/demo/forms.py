"""What the demo's people write down: a trade name, a complete form, a PDF. Nothing here calls anybody."""

import uuid
from typing import Any

from tests.journeys.people import Person

PHONE = "00013800001"
_LETTERS = "澄岚昱霁湛曜砚棠溯珩澈琅屿旻煦筠"


def trade_name() -> str:
    """Six characters that nobody had before: one in sixteen million."""
    number, letters = uuid.uuid4().int, ""
    for _ in range(6):
        number, rest = divmod(number, len(_LETTERS))
        letters += _LETTERS[rest]
    return letters


def contact(person: Person) -> dict[str, str]:
    return {"name": person.name, "id_number": person.id_number, "phone": PHONE}


def establishment(
    reservation_id: str, holders: list[Person], *, shared: bool = False
) -> dict[str, Any]:
    """A complete form of a limited company with equal shares, led by the first holder."""
    head, share = contact(holders[0]), 25_000_000
    return {
        "name_reservation_id": reservation_id,
        "industry_code": "6513",
        "scope_items": ["6511-01", "6513-01"],
        "domicile": {
            "region_code": "980101",
            "street": "创业路88号3楼301室",
            "kind": "shared" if shared else "leased",
            "area_m2": 80,
        },
        "registered_capital_fen": share * len(holders),
        "shareholders": [
            {
                "kind": "natural_person",
                "name": holder.name,
                "signer": contact(holder),
                "subscribed_fen": share,
                "method": "money",
                "contributed_by_on": "2030-06-30",
            }
            for holder in holders
        ],
        "officers": [{"position": "director", **head}, {"position": "manager", **head}],
        "supervisor_waived": True,
        "legal_representative": head,
        "liaison": head,
        "finance_officer": head,
        "beneficial_owners": [
            {"name": head["name"], "id_number": head["id_number"], "share_percent": "50"}
        ],
        "seals": ["official", "finance"],
        "bank_code": "QYSB",
        "employees": 3,
    }

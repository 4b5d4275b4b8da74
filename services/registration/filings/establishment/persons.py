"""Who is named in an establishment, and what the law asks of them. Pure.

A person is a number; the name beside it may be spelt in several ways and is compared by its key. Whether the
two belong together is the population register's to say, after the filing is accepted.
"""

from collections.abc import Container, Iterator, Mapping
from datetime import date

from pydantic_core import PydanticCustomError

from contracts.values import person_name
from contracts.values.people import same_name
from kit.errors import FieldError
from services.registration.codes.resident_id import check_resident_id
from services.registration.filings.establishment.form import EstablishmentForm
from services.registration.filings.judging import fault
from services.registration.filings.people import Contact

REAL_NAME = "市场主体登记管理条例实施细则 art. 16"


def people(form: EstablishmentForm) -> list[tuple[str, str, str]]:
    """Every person named, as (pointer, name, ID number): the real-name check covers them all (细则 16)."""
    found = [
        (f"/shareholders/{i}/signer", s.signer.name, s.signer.id_number)
        for i, s in enumerate(form.shareholders)
    ]
    found += [(f"/officers/{i}", o.name, o.id_number) for i, o in enumerate(form.officers)]
    for where in ("legal_representative", "liaison", "finance_officer"):
        contact: Contact = getattr(form, where)
        found.append((f"/{where}", contact.name, contact.id_number))
    found += [
        (f"/beneficial_owners/{i}", b.name, b.id_number)
        for i, b in enumerate(form.beneficial_owners)
    ]
    return [(pointer, name, number.upper()) for pointer, name, number in found]


def findings(
    form: EstablishmentForm, *, regions: Container[str], barred: Mapping[str, str], today: date
) -> Iterator[FieldError]:
    """What stops the filing because of somebody named in it."""
    names: dict[str, str] = {}
    for pointer, name, number in people(form):
        command = pointer == "/legal_representative" or pointer.startswith("/officers")
        verdict = check_resident_id(
            number, regions=regions, today=today, of_age_on=today if command else None
        )
        for found in verdict.faults:
            if found.code != "age_by_hand":
                yield fault(f"{pointer}/id_number", found.code, "GB 11643")
        if not same_name(names.setdefault(number, name), name):
            yield fault(f"{pointer}/name", "one_number_two_names", REAL_NAME)
        if command and number in barred:
            law = "市场主体登记管理条例 art. 12"
            yield fault(pointer, "person_barred_from_office", law, ground=barred[number])


def as_a_person(name: str, at: str) -> Iterator[FieldError]:
    """The name of a shareholder may be a company's; of a person it is held to what a person's may be."""
    try:
        person_name(name)
    except PydanticCustomError as error:
        yield fault(at, error.type, REAL_NAME, **(error.context or {}))


def minors(form: EstablishmentForm, *, regions: Container[str], today: date) -> Iterator[str]:
    """Where somebody under eighteen is named."""
    for pointer, _, number in people(form):
        verdict = check_resident_id(number, regions=regions, today=today, of_age_on=today)
        if any(found.code in ("age_by_hand", "under_age") for found in verdict.findings):
            yield pointer

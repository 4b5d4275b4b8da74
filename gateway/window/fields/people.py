"""People in a form: who is named already, and the same person filled in at another place.

A group, or an item of a list, is a person where it asks for a name and a resident ID number. A founder who
is shareholder, director and manager in one types that once. Numbers are shown masked, and a mask at another
place of the same form means the same number to the service.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.window.fields.pointers import read, written
from gateway.window.fields.reading import is_shown
from gateway.window.fields.shapes import Field

PARTS = ("name", "id_number", "phone")
MOST = 6
"""More buttons than this beside every person are in the way."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom the form names: where first, and what it says of them (numbers perhaps masked)."""

    pointer: str
    name: str
    said: Mapping[str, str]


def asks_for_person(fields: Sequence[Field]) -> bool:
    return {"name", "id_number"} <= {f.name for f in fields}


def places(
    fields: Sequence[Field], document: Mapping[str, Any], *, base: str = ""
) -> Iterator[tuple[str, Field]]:
    """Where these fields ask for a person: concrete pointers, each with the group or list."""
    for one in fields:
        if not is_shown(one, document):
            continue
        value, pointer = document.get(one.name), f"{base}/{one.name}"
        inside = [(pointer, value)] if one.is_group else []
        if one.is_list:
            items = value or ([{}] if one.required else [])
            inside = [(f"{pointer}/{index}", item) for index, item in enumerate(items)]
        for place, answers in inside:
            if asks_for_person(one.fields):
                yield place, one
            known = answers if isinstance(answers, Mapping) else {}
            yield from places(one.fields, known, base=place)


def person_at(document: Mapping[str, Any], pointer: str) -> Person | None:
    """Who is named with a number at a place of the form; None where nobody is."""
    answers = read(document, pointer)
    if not isinstance(answers, Mapping):
        return None
    said = {part: answers[part] for part in PARTS if isinstance(answers.get(part), str)}
    known = {"name", "id_number"} <= said.keys()
    return Person(pointer, said["name"], said) if known else None


def named(fields: Sequence[Field], document: Mapping[str, Any]) -> tuple[Person, ...]:
    """Who is named with a number, each once: where most is said of them, in the form's order."""
    found: dict[tuple[str, str], Person] = {}
    for pointer, _ in places(fields, document):
        person = person_at(document, pointer)
        if person is not None:
            who = (person.name, person.said["id_number"])
            if len(person.said) > len(found.setdefault(who, person).said):
                found[who] = person
    return tuple(found.values())[:MOST]


def vacant(fields: Sequence[Field], document: Mapping[str, Any]) -> list[str]:
    """Where these fields ask for somebody and have nobody yet."""
    return [
        pointer
        for pointer, one in places(fields, document)
        if (one.required or one.is_list) and not _anything(read(document, pointer))
    ]


def _anything(answers: Any) -> bool:
    said = answers if isinstance(answers, Mapping) else {}
    return any(said.get(part) for part in PARTS)


def filled(
    document: dict[str, Any], fields: Sequence[Field], person: Person, targets: Sequence[str]
) -> dict[str, Any]:
    """The document with this person at those of the targets where these fields ask for one."""
    for pointer, one in places(fields, document):
        if pointer in targets:
            for part in PARTS:
                if part in person.said and any(f.name == part for f in one.fields):
                    document = written(document, f"{pointer}/{part}", person.said[part])
    return document

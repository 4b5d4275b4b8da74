"""Somebody whom a filing names: with the number that a signature and the real-name check go by."""

from contracts.values import IdNumber, PersonName, Phone
from kit.schemas import In


class Contact(In):
    """A person with name, ID number and phone."""

    name: PersonName
    id_number: IdNumber
    phone: Phone

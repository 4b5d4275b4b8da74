"""Values that every form of every service asks for, each read in one way however a person types it.

    name: PersonName      phone: Phone      id_number: IdNumber      uscc: Uscc

A type cleans what was typed, refuses what it cannot be, and gives one spelling: that is what is stored,
compared and printed. Refusals carry a code and never the value.
"""

from contracts.values.characters import OnPaper, PrintedLine, on_paper
from contracts.values.codes import AccountNumber, ContractNumber, Uscc, code_text
from contracts.values.people import IdNumber, PartyName, PersonName, Phone, name_key, person_name

__all__ = [
    "AccountNumber",
    "ContractNumber",
    "IdNumber",
    "OnPaper",
    "PartyName",
    "PersonName",
    "Phone",
    "PrintedLine",
    "Uscc",
    "code_text",
    "name_key",
    "on_paper",
    "person_name",
]

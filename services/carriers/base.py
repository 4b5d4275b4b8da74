"""The registry of this service's own tables. One per service: a table name in two services must not
clash inside one test process."""

from sqlalchemy.orm import registry
from sqlmodel import SQLModel


class CarriersTable(SQLModel, registry=registry()):
    """Base of every `table=True` class of this service. Never built from outside data unvalidated."""


metadata = CarriersTable.metadata

"""Where the simulator listens, keeps its state and signs: read from the environment.

It must not be mistaken for a real department, so a production environment is refused.
"""

from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings

DEVELOPMENT_CALLBACK_KEY = "development-callback-key-of-the-department-simulators"


class SimulatorSettings(BaseSettings):
    """Settings of the one process; every default suits a laptop."""

    host: str = Field(default="127.0.0.1", validation_alias="HOST")
    port: int = Field(default=8150, validation_alias="PORT")
    environment: Literal["development", "test", "production"] = Field(
        default="development", validation_alias="ENVIRONMENT"
    )
    data: Path = Field(
        default=Path(".local"), validation_alias=AliasChoices("YICHUANG_DATA", "DEPARTMENTS_DATA")
    )
    seed: int = Field(default=980000, validation_alias="DEPARTMENTS_SEED")
    profile: Literal["lively", "calm"] = Field(
        default="lively", validation_alias="DEPARTMENTS_PROFILE"
    )
    callback_key: SecretStr = Field(
        default=SecretStr(DEVELOPMENT_CALLBACK_KEY), validation_alias="DEPARTMENTS_CALLBACK_KEY"
    )

    @field_validator("environment")
    @classmethod
    def _never_in_production(cls, value: str) -> str:
        if value == "production":
            raise ValueError("the department simulators invent receipts: not for production")
        return value

    @property
    def database(self) -> Path:
        """The SQLite file that holds filings, callbacks and counters."""
        return self.data / "departments" / "departments.sqlite3"

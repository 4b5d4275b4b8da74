"""Where the sandbox bank listens, whom it calls and where it keeps its state: from the environment.

It must not be mistaken for a real bank, so a production environment is refused.
"""

from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings


class BankSettings(BaseSettings):
    """Settings of the one process; every default suits a laptop."""

    host: str = Field(default="127.0.0.1", validation_alias="HOST")
    port: int = Field(default=8160, validation_alias="PORT")
    environment: Literal["development", "test", "production"] = Field(
        default="development", validation_alias="ENVIRONMENT"
    )
    data: Path = Field(default=Path(".local"), validation_alias="YICHUANG_DATA")
    platform_url: str = Field(default="http://127.0.0.1:8000", validation_alias="PUBLIC_URL")
    client_id: str = Field(default="demo-bank", validation_alias="BANK_CLIENT_ID")
    bank_url: str | None = Field(default=None, validation_alias="BANK_URL")
    pause_s: float = Field(default=2.0, gt=0, le=3600, validation_alias="BANK_PAUSE_S")

    @field_validator("environment")
    @classmethod
    def _never_in_production(cls, value: str) -> str:
        if value == "production":
            raise ValueError("the sandbox bank lends nobody money: not for production")
        return value

    @property
    def own_url(self) -> str:
        """The address under which the platform reaches this bank (webhooks)."""
        return (self.bank_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def key_file(self) -> Path:
        """The private key with which the bank authenticates (a JWK with `kid`)."""
        return self.data / "demo-keys" / f"{self.client_id}.jwk.json"

    @property
    def database(self) -> Path:
        """The SQLite file that holds dossiers and every request ever sent."""
        return self.data / "bank" / "bank.sqlite3"

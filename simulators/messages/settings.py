"""Where the simulator listens. It keeps what it was given readable, so production is refused."""

from typing import Self

from pydantic import AliasChoices, Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class MessageSettings(BaseSettings):
    """`PORT` is HTTP, `MAIL_PORT` SMTP."""

    model_config = SettingsConfigDict(extra="ignore", populate_by_name=True)

    host: str = Field(default="127.0.0.1", validation_alias=AliasChoices("HOST"))
    port: int = Field(default=8170, validation_alias=AliasChoices("PORT"))
    mail_port: int = Field(default=8171, validation_alias=AliasChoices("MAIL_PORT"))
    environment: str = Field(default="development", validation_alias=AliasChoices("ENVIRONMENT"))

    @model_validator(mode="after")
    def refuse_production(self) -> Self:
        """Everybody here could read everybody's codes."""
        if self.environment == "production":
            raise ValueError("this program is a simulator and never runs in production")
        return self

"""Settings from the environment, and the refusal to run in production with a development secret.

Must not read files of a service or hold a service's address: a service subclasses `ServiceSettings`
with its own prefix and adds what only it needs.
"""

from typing import Literal, Self

from pydantic import AliasChoices, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DEVELOPMENT_SECRET = "development-only-secret-never-for-production"  # noqa: S105  refused below


def shared(name: str, default: object) -> object:
    """A setting whose environment variable carries no service prefix."""
    return Field(default=default, validation_alias=AliasChoices(name))


class UnsafeSettings(Exception):
    """Production was asked for with a development secret or with the sandbox on."""


class ServiceSettings(BaseSettings):
    """What every process needs. `*_url` are URLs, secrets are never printed."""

    model_config = SettingsConfigDict(extra="ignore", populate_by_name=True)

    environment: Literal["development", "test", "production"] = shared("ENVIRONMENT", "development")  # type: ignore[assignment]
    sandbox: bool = shared("SANDBOX", False)  # type: ignore[assignment]
    database_url: str = "postgresql://localhost/none"
    migration_database_url: str | None = None
    database_pool_size: int = 10
    nats_url: str = shared("NATS_URL", "nats://127.0.0.1:4222")  # type: ignore[assignment]
    public_url: str = shared("PUBLIC_URL", "http://127.0.0.1:8000")  # type: ignore[assignment]
    jwks_url: str | None = shared("JWKS_URL", None)  # type: ignore[assignment]
    host: str = shared("HOST", "127.0.0.1")  # type: ignore[assignment]
    secret_key: SecretStr = shared("SECRET_KEY", SecretStr(DEVELOPMENT_SECRET))  # type: ignore[assignment]
    person_key: SecretStr = shared("PERSON_KEY", SecretStr(DEVELOPMENT_SECRET))  # type: ignore[assignment]
    data_key: SecretStr = shared("DATA_KEY", SecretStr(DEVELOPMENT_SECRET))  # type: ignore[assignment]

    @property
    def issuer(self) -> str:
        """The token issuer: the platform's public address without a trailing slash."""
        return self.public_url.rstrip("/")

    @property
    def keys_url(self) -> str:
        return self.jwks_url or f"{self.issuer}/.well-known/jwks.json"

    @property
    def revocations_url(self) -> str:
        return self.keys_url.replace("/.well-known/jwks.json", "/oauth2/revocations")

    @model_validator(mode="after")
    def refuse_unsafe_production(self) -> Self:
        if self.environment != "production":
            return self
        secrets = {"SECRET_KEY": self.secret_key, "PERSON_KEY": self.person_key}
        secrets["DATA_KEY"] = self.data_key
        weak = [
            name
            for name, value in secrets.items()
            if value.get_secret_value() == DEVELOPMENT_SECRET or len(value.get_secret_value()) < 32
        ]
        if weak:
            raise UnsafeSettings(
                f"production needs its own {', '.join(weak)} (32 characters or more)"
            )
        if self.sandbox:
            raise UnsafeSettings(
                "production refuses SANDBOX=1: the business clock would be movable"
            )
        return self

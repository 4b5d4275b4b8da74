"""Registration's settings (`REGISTRATION_…`)."""

from typing import Self

from pydantic import SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from kit.settings import ServiceSettings, UnsafeSettings, shared

DEVELOPMENT_CALLBACK_KEY = "development-callback-key-of-the-department-simulators"


class RegistrationSettings(ServiceSettings):
    """`departments_url`: where the outside departments' exchange answers; they sign what they call
    back with `departments_callback_key`, at `departments_callback_url` (default: PUBLIC_URL).
    `departments_retry_seconds`: the first pause after a failed try, of `departments_attempts`.
    `departments_lease_seconds`: how long a try may take before another worker takes the task up."""

    model_config = SettingsConfigDict(env_prefix="REGISTRATION_", extra="ignore")
    departments_url: str = shared("DEPARTMENTS_URL", "http://127.0.0.1:8150")  # type: ignore[assignment]
    departments_callback_url: str | None = shared("DEPARTMENTS_CALLBACK_URL", None)  # type: ignore[assignment]
    departments_callback_key: SecretStr = shared(
        "DEPARTMENTS_CALLBACK_KEY", SecretStr(DEVELOPMENT_CALLBACK_KEY)
    )  # type: ignore[assignment]
    departments_retry_seconds: float = 2.0
    departments_attempts: int = 12
    departments_lease_seconds: float = 30.0

    @model_validator(mode="after")
    def refuse_the_development_callback_key(self) -> Self:
        """A receipt that anybody can forge is worse than none."""
        key = self.departments_callback_key.get_secret_value()
        if self.environment == "production" and key == DEVELOPMENT_CALLBACK_KEY:
            raise UnsafeSettings("production needs its own DEPARTMENTS_CALLBACK_KEY")
        return self

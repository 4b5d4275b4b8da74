"""Registration's settings (`REGISTRATION_…`)."""

from pydantic_settings import SettingsConfigDict

from kit.settings import ServiceSettings, shared


class RegistrationSettings(ServiceSettings):
    """`departments_url`: where the outside departments' gateway answers."""

    model_config = SettingsConfigDict(env_prefix="REGISTRATION_", extra="ignore")
    departments_url: str = shared("DEPARTMENTS_URL", "http://127.0.0.1:8150")  # type: ignore[assignment]

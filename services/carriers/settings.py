"""Settings of this service (`CARRIERS_…`)."""

from pydantic_settings import SettingsConfigDict

from kit.settings import ServiceSettings


class CarriersSettings(ServiceSettings):
    """Nothing beyond what every service needs yet."""

    model_config = SettingsConfigDict(env_prefix="CARRIERS_", extra="ignore")

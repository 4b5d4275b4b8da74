"""Settings of this service (`FINANCE_…`)."""

from pydantic_settings import SettingsConfigDict

from kit.settings import ServiceSettings


class FinanceSettings(ServiceSettings):
    """Nothing beyond what every service needs yet."""

    model_config = SettingsConfigDict(env_prefix="FINANCE_", extra="ignore")

"""What the gateway reads from the environment: addresses, bounds and quotas of the edge.

Identity and the window read their own settings; here is only what composing them needs.
"""

from functools import cached_property
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from gateway.edge.upstream import Limits
from gateway.inbox.rules import RETRY_SECONDS
from kit.settings import ServiceSettings, UnsafeSettings, shared

# Per caller with a verified token or session. A person works in bursts; a bank's machine posts batches.
KNOWN = {
    "read": "1200/minute",
    "search": "240/minute",
    "write": "240/minute",
    "page": "600/minute",
    "sign_in": "60/minute",
    "token": "600/minute",
}
# Per address for the rest: whole offices and schools share an address.
ANONYMOUS = {
    "read": "600/minute",
    "search": "120/minute",
    "write": "120/minute",
    "page": "600/minute",
    "sign_in": "60/minute",
    "token": "600/minute",  # a bound on load; who fails is counted by identity, per client and address
}


class GatewaySettings(ServiceSettings):
    """Environment: `GATEWAY_…` for the gateway's own, no prefix for what all processes share.

    `rate_scale` multiplies every quota: load tests and the bench raise it. `trusted_proxies` names
    the addresses whose `X-Forwarded-For` is believed (comma separated; empty: nobody's).
    `sms_url` and `smtp_url` are the ways out of messages; without one, that channel is not offered.
    `webhook_retry_seconds` is the contract's own schedule; only the sandbox may shorten it.
    """

    model_config = SettingsConfigDict(env_prefix="GATEWAY_", extra="ignore", populate_by_name=True)

    registration_url: str = shared("REGISTRATION_URL", "http://127.0.0.1:8101")  # type: ignore[assignment]
    finance_url: str = shared("FINANCE_URL", "http://127.0.0.1:8102")  # type: ignore[assignment]
    carriers_url: str = shared("CARRIERS_URL", "http://127.0.0.1:8103")  # type: ignore[assignment]
    departments_url: str = shared("DEPARTMENTS_URL", "http://127.0.0.1:8150")  # type: ignore[assignment]
    sms_url: str = shared("SMS_URL", "")  # type: ignore[assignment]
    sms_key: SecretStr = shared("SMS_KEY", "")  # type: ignore[assignment]
    smtp_url: SecretStr = shared("SMTP_URL", "")  # type: ignore[assignment]
    mail_sender: str = shared("MAIL_SENDER", "yichuang@example.invalid")  # type: ignore[assignment]
    json_limit_bytes: int = 1_000_000
    upload_limit_bytes: int = 25_000_000
    body_idle_seconds: float = 15.0
    connect_seconds: float = 2.0
    silence_seconds: float = 30.0
    answer_seconds: float = 60.0
    in_flight: int = Field(default=256, ge=1)
    breaker_threshold: int = Field(default=5, ge=1)
    breaker_seconds: float = 5.0
    rate_limits: dict[str, str] = Field(default_factory=dict)
    rate_scale: int = Field(default=1, ge=1)
    rate_storage_url: str | None = None
    trusted_proxies: str = ""
    access_log_sample: float = Field(default=1.0, ge=0, le=1)
    webhook_timeout_seconds: float = Field(default=15.0, gt=0, le=60)
    webhook_retry_seconds: tuple[float, ...] = Field(default=RETRY_SECONDS, min_length=1)

    @model_validator(mode="after")
    def refuse_another_schedule(self) -> Self:
        """Receivers were told when they are tried again."""
        if self.webhook_retry_seconds != RETRY_SECONDS and not self.sandbox:
            raise UnsafeSettings("GATEWAY_WEBHOOK_RETRY_SECONDS is a setting of the sandbox only")
        return self

    @property
    def limits(self) -> Limits:
        """The bounds of every upstream."""
        return Limits(
            connect_seconds=self.connect_seconds,
            silence_seconds=self.silence_seconds,
            answer_seconds=self.answer_seconds,
            in_flight=self.in_flight,
            breaker_threshold=self.breaker_threshold,
            breaker_seconds=self.breaker_seconds,
        )

    @cached_property
    def public(self) -> tuple[str, str]:
        """Scheme and host of the public address."""
        parts = urlsplit(self.public_url)
        return parts.scheme, parts.netloc

    def quotas(self, defaults: dict[str, str]) -> dict[str, str]:
        """`defaults` with the environment's changes, multiplied by `rate_scale`."""
        return {
            name: _times(limit, self.rate_scale)
            for name, limit in {**defaults, **self.rate_limits}.items()
        }


def _times(limit: str, factor: int) -> str:
    amount, _, period = limit.partition("/")
    return f"{int(amount) * factor}/{period}"

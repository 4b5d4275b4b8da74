"""The counties that a seat may lie in, under their cities: the province that this deployment serves."""

import asyncio
from typing import Any

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from gateway.window.visit import Visiting

BASE = "/api/registration/v1"


class Place(BaseSettings):
    """The province that this deployment serves, six digits of GB/T 2260; the demo province by default."""

    model_config = SettingsConfigDict(extra="ignore")
    province_code: str = Field(
        default="980000", validation_alias=AliasChoices("WINDOW_PROVINCE_CODE")
    )


async def counties(visit: Visiting) -> list[tuple[str, list[dict[str, Any]]]]:
    """The province's counties under their cities."""
    province = Place().province_code
    path = f"{BASE}/regions"
    cities = await visit.services.get("registration", path, parent=province, limit=100)
    below = await asyncio.gather(
        *(
            visit.services.get("registration", path, parent=c["code"], level="county", limit=100)
            for c in cities.body["items"]
        )
    )
    return [
        (visit.label(city["name"]), answer.body["items"])
        for city, answer in zip(cities.body["items"], below, strict=True)
    ]

"""What only shows when the whole deployment is looked at: endpoints that would write over each other's names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from bridge.config.values import Deployment, EndpointSettings
from bridge.domain.errors import ConfigurationRefused
from bridge.domain.naming import NameFacts
from bridge.profiles import Profile

PLACE_KEYS = ("host", "port", "user", "folder")
ANY_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def refuse_colliding_names(deployment: Deployment, profiles: Mapping[str, Profile]) -> None:
    """Two endpoints that write into one folder need names that tell them apart. Raises ConfigurationRefused."""
    seen: dict[tuple[object, ...], EndpointSettings] = {}
    for endpoint in deployment.endpoints.values():
        key = (*folder_of(endpoint), name_of(endpoint, profiles).casefold())
        first = seen.setdefault(key, endpoint)
        if first is not endpoint:
            raise ConfigurationRefused(
                place=endpoint.place,
                what=f"endpoints {first.name} and {endpoint.name} would give files in one folder the same names",
                cure="Give them different inbound folders, or put {endpoint} into the name pattern of their profile.",
            )


def folder_of(endpoint: EndpointSettings) -> tuple[object, ...]:
    """Where the endpoint's files go, as far as the settings say."""
    transport = endpoint.transport
    return (transport.type, *(str(transport.options.get(key)) for key in PLACE_KEYS), transport.inbound)


def name_of(endpoint: EndpointSettings, profiles: Mapping[str, Profile]) -> str:
    """A file name that the endpoint could give."""
    return profiles[endpoint.name].file_name(NameFacts(1, ANY_MOMENT.date(), ANY_MOMENT, endpoint.name, 1))

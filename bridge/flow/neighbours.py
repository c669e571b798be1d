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
        keys = [(*folder_of(endpoint), name.casefold()) for name in names_of(endpoint, profiles)]
        first = next((one for one in (seen.setdefault(key, endpoint) for key in keys) if one is not endpoint), None)
        if first is not None:
            raise ConfigurationRefused(
                place=endpoint.place,
                what=f"endpoints {first.name} and {endpoint.name} would give files in one folder the same names",
                cure="Give them different inbound folders, or put {endpoint} into the name pattern of their profile.",
            )


def folder_of(endpoint: EndpointSettings) -> tuple[object, ...]:
    """Where the endpoint's files go, as far as the settings say."""
    transport = endpoint.transport
    return (transport.type, *(str(transport.options.get(key)) for key in PLACE_KEYS), transport.inbound)


def names_of(endpoint: EndpointSettings, profiles: Mapping[str, Profile]) -> set[str]:
    """A file name that the endpoint could give for each purpose."""
    profile = profiles[endpoint.name]
    facts = NameFacts(1, ANY_MOMENT.date(), ANY_MOMENT, endpoint.name, 1)
    return {one.file_name(facts) for one in (profile, *profile.further.values())}

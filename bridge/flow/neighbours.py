"""What only shows when the whole deployment is looked at: endpoints that would take each other's names or answers."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from bridge.config.values import Deployment, EndpointSettings
from bridge.domain.errors import ConfigurationRefused
from bridge.domain.naming import NameFacts
from bridge.profiles import Profile

PLACE_KEYS = ("host", "port", "user")
ANY_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
Key = tuple[object, ...]


def refuse_colliding_names(deployment: Deployment, profiles: Mapping[str, Profile]) -> None:
    """Two endpoints that write into one folder need names that tell them apart. Raises ConfigurationRefused."""
    seen: dict[Key, EndpointSettings] = {}
    for name, profile in profiles.items():
        endpoint = deployment.endpoints[name]
        place = folder_of(endpoint, endpoint.transport.inbound)
        first = first_with([(*place, one.casefold()) for one in names_of(endpoint, profile)], endpoint, seen)
        if first is not None:
            raise ConfigurationRefused(
                place=endpoint.place,
                what=f"endpoints {first.name} and {endpoint.name} would give files in one folder the same names",
                cure="Give them different inbound folders, or put {endpoint} into the name pattern of their profile.",
            )


def refuse_shared_answers(deployment: Deployment, profiles: Mapping[str, Profile]) -> None:
    """An answer is one ERP's: of two endpoints that look for it in one folder, whichever is first would take it, and
    count it for files and orders of its own that have the same name. Raises ConfigurationRefused.
    """
    seen: dict[Key, EndpointSettings] = {}
    for name, profile in profiles.items():
        endpoint = deployment.endpoints[name]
        if endpoint.transport.outbound is None or profile.answers is None:
            continue
        place = folder_of(endpoint, endpoint.transport.outbound)
        patterns = [rule.pattern for rule in profile.answers.rules if rule.in_answer_folder]
        first = first_with([(*place, one.casefold()) for one in patterns], endpoint, seen)
        if first is not None:
            raise ConfigurationRefused(
                place=endpoint.place,
                what=f"endpoints {first.name} and {endpoint.name} would take each other's answers from one folder",
                cure="Give them different outbound folders, or answers whose names tell them apart in their profiles.",
            )


def first_with(
    keys: Iterable[Key], endpoint: EndpointSettings, seen: dict[Key, EndpointSettings]
) -> EndpointSettings | None:
    """Another endpoint that has one of the keys; else they are this one's."""
    return next((one for one in (seen.setdefault(key, endpoint) for key in keys) if one is not endpoint), None)


def folder_of(endpoint: EndpointSettings, path: str) -> Key:
    """Where a folder of the endpoint lies, as far as the settings say."""
    options = endpoint.transport.options
    whole = posixpath.normpath(posixpath.join(str(options.get("folder", "")), path))
    return (endpoint.transport.type, *(str(options.get(key)) for key in PLACE_KEYS), whole)


def names_of(endpoint: EndpointSettings, profile: Profile) -> set[str]:
    """A file name that the endpoint could give for each purpose."""
    facts = NameFacts(1, ANY_MOMENT.date(), ANY_MOMENT, endpoint.name, 1)
    return {one.file_name(facts) for one in (profile, *profile.further.values())}

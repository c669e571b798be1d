"""What can go wrong with a PrestaShop alone."""

from __future__ import annotations

from bridge.domain.errors import Refused
from bridge.domain.problems import ProblemKind


class StoreZoneUnknown(Refused):
    """The shop's times cannot be read: it does not say in which zone they are."""

    kind = ProblemKind(
        code="store-zone-unknown",
        title="Store {store} does not say its time zone",
        message="Store {store} writes times without a zone, and its setting PS_TIMEZONE names none that is known.",
        action='Write timezone = "Europe/Warsaw" (the shop\'s) into the store in bridge.toml.',
        cause="store-zone-unknown:{store}",
        meaning="A PrestaShop keeps local times; without its zone no order has a time.",
    )


class WebServiceOff(Refused):
    """The shop answers, and its web service is switched off: nobody but its administrator can change that."""

    kind = ProblemKind(
        code="store-web-service-off",
        title="Store {store}: its web service is switched off",
        message="Store {store} at {host} answers that its web service is switched off.",
        action="Switch it on in the back office: Advanced parameters, Webservice. It then goes on by itself.",
        cause="store-web-service-off:{store}",
        meaning="A PrestaShop answered 503 with its error 22. A shop in maintenance answers 503 with a page instead.",
    )

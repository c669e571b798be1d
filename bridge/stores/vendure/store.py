"""The Vendure connector (Admin GraphQL API): its door. Reading, writing back and login live in files of their own."""

from __future__ import annotations

from collections.abc import Iterator

from bridge.config.values import StoreSettings
from bridge.domain.clock import Clock
from bridge.domain.errors import BridgeError
from bridge.domain.finding import Finding
from bridge.stores.base import Description, StoreOrder
from bridge.stores.polled import PolledStore, clock_findings
from bridge.stores.raw import table_of, tables_of
from bridge.stores.vendure.client import VendureClient
from bridge.stores.vendure.listing import SingleOrders
from bridge.stores.vendure.looking import Looking
from bridge.stores.vendure.mapping import DIGITS_MAX, STATUSES, store_order
from bridge.stores.vendure.queries import ME
from bridge.stores.vendure.questions import VendureQuestions
from bridge.stores.vendure.settings import VendureSettings, read_settings
from bridge.stores.vendure.write_back import WritingBack

LEAST = frozenset({"Authenticated", "ReadOrder", "UpdateOrder"})
RIGHTS_SHOWN_MAX = 5


def open_store(name: str, settings: StoreSettings, clock: Clock) -> VendureStore:
    """The entry point `vendure` of `erp_bridge.stores`. Raises ConfigurationRefused for a wrong option."""
    return VendureStore(read_settings(name, settings), clock)


class VendureStore(PolledStore):
    """One Vendure shop over one kept connection."""

    def __init__(self, settings: VendureSettings, clock: Clock) -> None:
        self._settings = settings
        self._now = clock
        self._client = VendureClient(settings, clock)
        self._shop = VendureQuestions(self._client, settings)
        single = SingleOrders(self._client, self._shop, settings)
        looking = Looking(self._client, self._shop, single, settings)
        super().__init__(self._client, looking, single, WritingBack(self._client, settings))

    def describe(self) -> Description:
        """See `Store`. What moves which time was seen on a real shop (3.7.3)."""
        poll = self._settings.poll
        return Description(
            system="Vendure, Admin API",
            sweep_days=poll.sweep_days,
            sweep_every_h=poll.sweep_every_h,
            moves_the_time=(
                "placing, by a time of its own",
                "lines, quantities and surcharges edited, pieces or the order cancelled",
                "custom fields of the order",
                "payment settled, and modified orders released: by watching the open ones",
            ),
            only_the_sweep_sees=("refunds", "addresses edited", "shipments", "a customer's account edited"),
            least_rights=("a role with ReadOrder and UpdateOrder, and no other right",),
            statuses=STATUSES,
            number_field=self._settings.erp_number_field,
        )

    def mapped_again(self, original: bytes) -> StoreOrder:
        """The order of a kept original, by the mapping of today: equal means that an upgrade changed nothing."""
        return store_order(self._settings.http.name, original.decode(), self._settings.fields)

    def check(self) -> list[Finding]:
        """Log in, read, and look whether the field for the numbers is there. Changes nothing."""
        name = self._settings.http.name
        what = f"store {name}: read orders from {self._settings.http.host}"
        try:
            shop_now = self.clock()
            self._shop.shop  # noqa: B018  it is asked for here, so that its trouble shows as a finding
            findings = [Finding(what, True, "the login reads orders"), *self._rights(), *self._field(), *self._money()]
        except BridgeError as error:
            return [Finding(what, False, error.problem.message, error.problem.action)]
        return [*findings, *clock_findings(name, shop_now, self._now())]

    def _rights(self) -> Iterator[Finding]:
        """What the login may do: told for a user, and not for an API key."""
        what = f"store {self._settings.http.name}: rights"
        if self._settings.api_key is not None:
            yield Finding(
                what, True, "the shop does not tell what an API key may do: give its role no more than needed"
            )
            return
        answer = self._client.ask(ME, "ask for its own rights")
        channels = tables_of(table_of(answer.data, "me"), "channels")
        held = {str(right) for channel in channels for right in channel.get("permissions") or ()}
        missing = sorted(LEAST - {"Authenticated"} - held)
        if missing and "SuperAdmin" not in held:
            yield Finding(what, False, f"missing: {', '.join(missing)}", "Add them to the role of the user.")
        elif more := sorted(held - LEAST):
            shown = ", ".join(more[:RIGHTS_SHOWN_MAX]) + (" and more" if len(more) > RIGHTS_SHOWN_MAX else "")
            action = "Give the user a role of its own with ReadOrder and UpdateOrder only."
            yield Finding(what, True, f"the user may do more than is needed: {shown}", action)
        else:
            yield Finding(what, True, "ReadOrder and UpdateOrder, and no other")

    def _field(self) -> Iterator[Finding]:
        """The custom field that gets the numbers. With {endpoint} in its name there are as many as endpoints."""
        field, shop = self._settings.erp_number_field, self._shop.shop
        what = f"store {self._settings.http.name}: field {field}"
        if "{" in field or field in shop.writable:
            yield Finding(what, True, "a custom field of the order that can be written")
            return
        detail = "the shop shows no such custom field of the order that can be written"
        action = (
            "Add it to customFields.Order in the shop's configuration and run its migration, or name another field."
        )
        yield Finding(what, False, detail, action)

    def _money(self) -> Iterator[Finding]:
        precision = self._shop.shop.precision
        what = f"store {self._settings.http.name}: money"
        if 0 <= precision <= DIGITS_MAX:
            yield Finding(what, True, f"amounts have {precision} digits in every currency")
        else:
            detail = f"amounts have {precision} digits; at most {DIGITS_MAX} can be carried"
            yield Finding(what, False, detail, "Ask the shop's developer for a money strategy with fewer digits.")

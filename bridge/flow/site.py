"""A deployment opened for work: its settings, ledger, archive, profiles and maps; and what one pass holds.

`Site` lives as long as the process. `Held` lives for one pass over one endpoint and is what every step gets: the
fenced ledger, one connection to the ERP's folders, one to each store, opened when first asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import structlog

from bridge.archive import Archive, ExpectedFile
from bridge.config.maps import ReadMaps, load_maps, read_maps
from bridge.config.values import Deployment, EndpointSettings, FlowSettings
from bridge.domain.clock import Clock, business_day
from bridge.domain.errors import ConfigurationRefused, Refused
from bridge.domain.handover import Handover
from bridge.domain.judgement import Rules
from bridge.domain.maps import Maps
from bridge.domain.outgoing import outgoing_from_content
from bridge.domain.ownership import LEFT_OUT_BY
from bridge.domain.problems import ProblemKind
from bridge.domain.states import Purpose
from bridge.flow.cursors import FlowCursor
from bridge.flow.neighbours import refuse_colliding_names, refuse_shared_answers
from bridge.flow.rules import known_statuses, refuse_unallowed_fields, refuse_unwritten_purposes, rules_of
from bridge.ledger import EndpointLedger, Ledger
from bridge.profiles import AnswerSettings, Installation, Profile, load_profile
from bridge.stores import Store, open_store
from bridge.transports import Transport, open_transport

STEP_BUDGET = timedelta(seconds=60)  # of each step in one pass, so that none waits for another's work to end
log = structlog.get_logger(__name__)


class AnotherShop(Refused):
    """A store's name was given to a shop of another type. Neither read nor written: ids of two shops would meet."""

    kind = ProblemKind(
        code="another-shop",
        title="Store {store} is another shop now",
        message="{place}: store {store} was of type {before} when it was last read, and is {now} now. Its ids "
        "would be taken for those of the old shop's. Nothing is read from it or written to it.",
        action='Write type = "{before}" again. Give the new shop a [stores.NAME] and a flow with names of their own.',
        cause="another-shop:{store}",
        meaning="The type of a store in bridge.toml was changed, though orders of it are known.",
    )


def endpoint_profile(endpoint: EndpointSettings, deployment: Deployment) -> Profile:
    """The endpoint's file contract, as its installation sets it. Raises ConfigurationRefused."""
    installation = Installation(endpoint.parameters, endpoint.limits, endpoint.place)
    return load_profile(endpoint.profile, deployment.profiles_folder, installation)


def expected_answers(endpoint: EndpointSettings, profile: Profile) -> AnswerSettings | None:
    """The profile's answers, as far as the endpoint says where to look for them."""
    answers = profile.answers
    if answers is None or endpoint.transport.outbound is not None:
        return answers
    return answers if any(not rule.in_answer_folder for rule in answers.rules) else None


def unanswered_endpoints(deployment: Deployment, profiles: Mapping[str, Profile]) -> list[str]:
    """The endpoints whose ERP never says anything about an order: by no answer, and by no register."""
    return [
        name
        for name, endpoint in deployment.endpoints.items()
        if endpoint.transport.register is None and expected_answers(endpoint, profiles[name]) is None
    ]


@dataclass(slots=True)
class Site:
    """One deployment folder, opened. Settings, profiles and maps are read anew by `opened` only."""

    deployment: Deployment
    ledger: Ledger
    archive: Archive
    profiles: Mapping[str, Profile]  # by endpoint name
    clock: Clock
    contracts: dict[tuple[str, str], str] = field(default_factory=dict)  # kept by this process: export.kept_contract
    statuses: dict[str, frozenset[str]] = field(default_factory=dict)  # store -> the words that its type always has

    @classmethod
    @contextmanager
    def opened(cls, deployment: Deployment, clock: Clock) -> Iterator[Site]:
        """Load every profile, bring the ledger up to date, make the folders. Raises ConfigurationRefused."""
        profiles = {name: endpoint_profile(endpoint, deployment) for name, endpoint in deployment.endpoints.items()}
        for flow in deployment.flows:
            refuse_unallowed_fields(flow, profiles[flow.endpoint])
            refuse_unwritten_purposes(flow, profiles[flow.endpoint])
        refuse_colliding_names(deployment, profiles)
        refuse_shared_answers(deployment, profiles)
        deployment.state_folder.mkdir(parents=True, exist_ok=True)
        archive = Archive(deployment.archive_folder)
        archive.prepare()
        ledger = Ledger.open(deployment.ledger_url, clock, deployment.timezone)
        try:
            ledger.migrate()
            ledger.enrol(deployment, unanswered_endpoints(deployment, profiles))
            yield cls(deployment, ledger, archive, profiles, clock)
        finally:
            ledger.close()

    def flows_of(self, endpoint: str) -> list[FlowSettings]:
        """The flows into one endpoint, in the order of bridge.toml."""
        return [flow for flow in self.deployment.flows if flow.endpoint == endpoint]

    def expected_files(self) -> Iterator[ExpectedFile]:
        """What the ledger says is in the archive, for its verification."""
        for one in self.ledger.reading.archived_files():
            yield ExpectedFile(one.path, one.sha256, one.size)

    def rules(self, flow: FlowSettings, purpose: Purpose = Purpose.NEW, maps: Maps | None = None) -> Rules:
        """What an order of the flow is judged by; maps: None for those that stand in the folder now.

        A profile that has no files for the purpose is asked for what `new` files hold.
        """
        earlier = []
        for other in self.flows_of(flow.endpoint):
            if other.name == flow.name:
                break
            if other.store == flow.store:
                earlier.append(other)
        profile = self.profiles[flow.endpoint]
        maps = maps or load_maps(self.deployment.maps_folder)
        known = self.known_statuses(flow.store)
        return rules_of(flow, earlier, maps, profile.of(purpose) or profile, self.deployment.timezone, known)

    def travelled(self, flow: str, content: bytes) -> Sequence[Mapping[str, Any]]:
        """The lines of an order as they go to the ERP by the maps of now; the store's own where there are no rules."""
        settings = next((one for one in self.deployment.flows if one.name == flow), None)
        lines: Sequence[Mapping[str, Any]]
        try:
            if settings is not None and content:
                lines = outgoing_from_content(content, self.rules(settings), "")["lines"]
                return lines
        except ConfigurationRefused as refused:  # a map with a mistake stops no answer
            log.warning("answer.lines_unmapped", flow=flow, exc_info=refused)
        lines = orjson.loads(content or b"{}").get("lines", ())
        return lines

    def feeding(self, store: str) -> list[FlowSettings]:
        """The flows that take orders from a store, to any endpoint, in the order of bridge.toml."""
        return [flow for flow in self.deployment.flows if flow.store == store]

    def known_statuses(self, store: str) -> tuple[str, ...]:
        """Status words of a store that somebody has decided about; none where all are known. Asks no shop."""
        if store not in self.statuses:
            opened = open_store(store, self.deployment.stores[store], self.clock)
            self.statuses[store] = opened.describe().statuses
            opened.close()
        return known_statuses(self.statuses[store], self.feeding(store))


@dataclass(slots=True)
class Held:
    """What one pass holds: the lease's fenced ledger, and connections that close with the pass."""

    site: Site
    endpoint: EndpointSettings
    ledger: EndpointLedger
    stopping: Callable[[], bool]
    _closing: ExitStack
    register_read: bool = False  # the ERP's register was read whole in this pass
    fetched: set[str] = field(default_factory=set)  # flows whose look at their store came to its end in this pass
    unfetched: dict[str, str] = field(default_factory=dict)  # flow -> code of the trouble of its fetch in this pass
    _transport: Transport | None = None
    _stores: dict[tuple[str, frozenset[str]], Store] = field(default_factory=dict)
    _maps: ReadMaps | None = None
    _rules: dict[tuple[str, Purpose], Rules] = field(default_factory=dict)
    _begun: datetime = field(init=False)  # when the step in hand began, and how long it may take
    _budget: timedelta = STEP_BUDGET

    def __post_init__(self) -> None:
        self.begin_step(STEP_BUDGET)

    @classmethod
    @contextmanager
    def taken(cls, site: Site, endpoint: EndpointSettings, actor: str, stopping: Callable[[], bool]) -> Iterator[Held]:
        """Raise the fence and begin a pass. The caller holds the endpoint's lock."""
        with ExitStack() as closing:
            ledger = site.ledger.take(endpoint.name, actor, site.travelled)
            yield cls(site, endpoint, ledger, stopping, closing)

    @property
    def profile(self) -> Profile:
        """The endpoint's file contract."""
        return self.site.profiles[self.endpoint.name]

    @property
    def answers(self) -> AnswerSettings | None:
        """How the ERP answers; None where it never does, or where its answers lie in a folder that is not named."""
        return expected_answers(self.endpoint, self.profile)

    def profile_of(self, purpose: Purpose) -> Profile:
        """The contract of files of a purpose; of one that the profile gave up, that of all its files."""
        return self.profile.of(purpose) or self.profile

    def handover(self, purpose: Purpose) -> Handover:
        """How files of a purpose become visible."""
        return self.profile_of(purpose).handover

    @property
    def archive(self) -> Archive:
        """Where every byte is kept."""
        return self.site.archive

    def today(self) -> date:
        """The business day of the deployment."""
        return self.day_of(self.site.clock())

    def day_of(self, moment: datetime) -> date:
        """The business day of an instant. What belongs together takes one instant, so that midnight parts nothing."""
        return business_day(moment, self.site.deployment.timezone)

    def begin_step(self, budget: timedelta) -> None:
        """A step begins its work for one owner. budget: how long it may go on beginning further batches."""
        self._begun, self._budget = self.site.clock(), budget

    def has_time(self) -> bool:
        """Whether a step may begin another batch: the pass is not asked to stop, and the step not over its budget.

        A clock that is set back ends the step in hand, and no more: the next one begins by the clock as it is then.
        """
        return not self.stopping() and timedelta() <= self.site.clock() - self._begun < self._budget

    def transport(self) -> Transport:
        """The one connection of this pass to the ERP's folders. Raises Unavailable or Refused."""
        if self._transport is None:
            opened = open_transport(self.endpoint.name, self.endpoint.transport, self.site.clock)
            self._transport = self._closing.enter_context(opened)
        return self._transport

    def store(self, name: str, without: frozenset[str] = frozenset()) -> Store:
        """The one connection of this pass to a store; without: what its write-backs leave out, of `LEFT_OUT_BY`."""
        if (name, without) not in self._stores:
            settings = self.site.deployment.stores[name]
            self.refuse_another_shop(name)
            left_out = dict(LEFT_OUT_BY[one] for one in without)
            store = open_store(name, replace(settings, options={**settings.options, **left_out}), self.site.clock)
            self._closing.callback(store.close)
            self._stores[name, without] = store
        return self._stores[name, without]

    def refuse_another_shop(self, name: str) -> None:
        """Raise AnotherShop for a store of another type: its ids would be taken for those of orders that are known."""
        store = self.site.deployment.stores[name]
        for flow in self.site.flows_of(self.endpoint.name):
            before = FlowCursor.read(self.ledger.cursor(flow.name)).system if flow.store == store.name else ""
            if before not in ("", store.type):
                raise AnotherShop(store=store.name, before=before, now=store.type, place=store.place)

    def maps(self) -> ReadMaps:
        """The maps of this pass, read once: what is judged by them is rendered and kept with them too."""
        if self._maps is None:
            self._maps = read_maps(self.site.deployment.maps_folder)
        return self._maps

    def rules(self, flow: FlowSettings, purpose: Purpose = Purpose.NEW) -> Rules:
        """The flow's rules for files of a purpose, made once a pass, with its maps. All have one digest."""
        if (flow.name, purpose) not in self._rules:
            self._rules[flow.name, purpose] = self.site.rules(flow, purpose, self.maps().maps)
        return self._rules[flow.name, purpose]

    def scratch(self) -> Path:
        """An empty folder of this endpoint for downloads; what is left there is of no value."""
        folder = self.site.deployment.state_folder / "scratch" / self.endpoint.name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

"""What `bridge check` tries: every part of the deployment once, changing nothing that lasts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial

from bridge.archive import Archive
from bridge.config.maps import load_maps
from bridge.config.mistakes import DeploymentRefused, Mistake, suggestion
from bridge.config.values import Deployment, EndpointSettings, FlowSettings, StoreSettings
from bridge.domain.clock import Clock
from bridge.domain.errors import BridgeError, ConfigurationRefused, Missing
from bridge.domain.finding import Finding
from bridge.domain.ownership import LEFT_OUT_BY, store_owned
from bridge.flow.items import items_findings
from bridge.flow.neighbours import refuse_colliding_names, refuse_shared_answers
from bridge.flow.places import ENTRIES_MAX, folder_of
from bridge.flow.rules import known_statuses, refuse_unallowed_fields, refuse_unwritten_purposes
from bridge.flow.site import endpoint_profile
from bridge.flow.write_back import share_a_field
from bridge.ledger import Ledger
from bridge.profiles import Profile
from bridge.stores import Description, open_store
from bridge.transports import Transport, open_transport


def connector_mistakes(
    stores: Mapping[str, StoreSettings], endpoints: Mapping[str, EndpointSettings], clock: Clock
) -> Iterator[Mistake]:
    """What is wrong in the keys of stores and transports themselves. Nothing is connected."""
    for store in stores.values():
        try:
            open_store(store.name, store, clock).close()
        except ConfigurationRefused as refused:
            yield from mistakes_in(refused, store.place)
    for endpoint in endpoints.values():
        try:
            open_transport(endpoint.name, endpoint.transport, clock)
        except ConfigurationRefused as refused:
            yield from mistakes_in(refused, endpoint.transport.place)


def mistakes_in(refused: ConfigurationRefused, place: str) -> Sequence[Mistake]:
    """All that were found, or the one that a connector of another package raised."""
    if isinstance(refused, DeploymentRefused):
        return refused.mistakes
    what = refused.problem.message.removeprefix(f"{place}: ").rstrip(".")
    return [Mistake(place, f"{what}.", refused.problem.action)]


def try_everything(deployment: Deployment, clock: Clock, *, offline: bool) -> Iterator[Finding]:
    """One finding or more for the folder, each map, profile, store and endpoint. Errors become findings with a cure."""
    yield Finding("bridge.toml", True, f"flows: {len(deployment.flows)}, endpoints: {len(deployment.endpoints)}")
    yield from attempted("maps", lambda: maps_of(deployment))
    for endpoint in deployment.endpoints.values():
        yield from attempted(f"profile {endpoint.profile}", partial(profile_of, endpoint, deployment))
    yield from attempted("endpoints", partial(neighbour_findings, deployment))
    for flow in deployment.flows:
        yield from attempted(f"flow {flow.name}", partial(flow_findings, flow, deployment))
    yield from attempted("archive", partial(archive_findings, deployment))
    yield from attempted("ledger", partial(ledger_findings, deployment, clock))
    yield from attempted("items", partial(items_findings, deployment, clock))
    if offline:
        return
    for store in deployment.stores.values():
        yield from attempted(f"store {store.name}", partial(store_findings, store, deployment, clock))
    for endpoint in deployment.endpoints.values():
        yield from attempted(f"endpoint {endpoint.name}", partial(endpoint_findings, endpoint, deployment, clock))


def attempted(what: str, work: Callable[[], Sequence[Finding]]) -> Sequence[Finding]:
    """The findings of one part; its error is its finding."""
    try:
        return work()
    except BridgeError as error:
        return [Finding(what, False, error.problem.message, error.problem.action)]


def maps_of(deployment: Deployment) -> list[Finding]:
    load_maps(deployment.maps_folder)
    if not deployment.maps_folder.is_dir():
        return [Finding("maps", True, "there is no maps folder, so no code is mapped")]
    return [Finding("maps", True, str(deployment.maps_folder))]


def archive_findings(deployment: Deployment) -> list[Finding]:
    archive = Archive(deployment.archive_folder)
    archive.prepare()
    return archive.check()


def ledger_findings(deployment: Deployment, clock: Clock) -> list[Finding]:
    """Whether the ledger opens, is whole enough to be read, and can be written."""
    deployment.state_folder.mkdir(parents=True, exist_ok=True)
    ledger = Ledger.open(deployment.ledger_url, clock, deployment.timezone)
    try:
        ledger.migrate()
        ledger.try_writing()
        files = sum(endpoint.open_files for endpoint in ledger.reading.endpoints())
    finally:
        ledger.close()
    return [Finding("ledger", True, f"opens and can be written; {files} files are on their way")]


def profile_of(endpoint: EndpointSettings, deployment: Deployment) -> list[Finding]:
    profile = endpoint_profile(endpoint, deployment)
    return [Finding(f"profile {profile.name}", True, f"digest {profile.digest[:12]}"), *mismatches(endpoint, profile)]


def neighbour_findings(deployment: Deployment) -> list[Finding]:
    """Whether endpoints would take each other's names or answers. A profile that does not load has its own finding."""
    profiles: dict[str, Profile] = {}
    for endpoint in deployment.endpoints.values():
        with suppress(BridgeError):
            profiles[endpoint.name] = endpoint_profile(endpoint, deployment)
    refuse_colliding_names(deployment, profiles)
    refuse_shared_answers(deployment, profiles)
    return []


def mismatches(endpoint: EndpointSettings, profile: Profile) -> list[Finding]:
    """What the endpoint and its profile expect of each other and do not get."""
    transport, what, found = endpoint.transport, f"endpoint {endpoint.name}", []
    if transport.register is not None and profile.register is None:
        cure = f"Add [register] to profile {profile.name}, or take register out of {transport.place}."
        found.append(Finding(what, False, f"profile {profile.name} does not say how to read the register", cure))
    rules = profile.answers.rules if profile.answers is not None else ()
    if transport.outbound is None and any(rule.in_answer_folder for rule in rules):
        cure = f"Name the folder of the ERP's answers: outbound in {transport.place}."
        found.append(
            Finding(what, False, f"profile {profile.name} expects answers, but there is no outbound folder", cure)
        )
    return found


def flow_findings(flow: FlowSettings, deployment: Deployment) -> list[Finding]:
    profile = endpoint_profile(deployment.endpoints[flow.endpoint], deployment)
    refuse_unallowed_fields(flow, profile)
    refuse_unwritten_purposes(flow, profile)
    return [Finding(f"flow {flow.name}", True, f"{flow.store} to {flow.endpoint}, mode {flow.mode.value}")]


def store_findings(settings: StoreSettings, deployment: Deployment, clock: Clock) -> list[Finding]:
    store = open_store(settings.name, settings, clock)
    try:
        feeding = [flow for flow in deployment.flows if flow.store == settings.name]
        shop = store.describe()
        return [
            *store.check(),
            *kind_findings(settings.name, shop),
            *status_findings(feeding, shop),
            *condition_findings(feeding, shop),
            *owner_findings(feeding, shop, deployment),
            *number_findings(settings.name, feeding, shop),
        ]
    finally:
        store.close()


def kind_findings(name: str, shop: Description) -> Iterator[Finding]:
    """What a person should know of such a shop: which rights suffice, and what is seen only by the slow sweep."""
    yield Finding(f"store {name}: rights that suffice", True, f"{shop.system}: {'; '.join(shop.least_rights)}")
    if shop.sweep_days and shop.only_the_sweep_sees:
        often = f"once in {shop.sweep_every_h} h, over {shop.sweep_days} days"
        yield Finding(f"store {name}: seen by the sweep alone ({often})", True, "; ".join(shop.only_the_sweep_sees))


def owner_findings(flows: Sequence[FlowSettings], shop: Description, deployment: Deployment) -> Iterator[Finding]:
    """Fields of write-backs that [ownership] gives to the store: left out, but without the number nothing is left."""
    for flow in flows:
        owned = store_owned(shop.writes, deployment.ownership, flow.store) if flow.write_back else {}
        for name, one in owned.items():
            if name in LEFT_OUT_BY:
                detail = f"writes no {name}, as {one.place} gives {one.field} to the store"
                yield Finding(f"flow {flow.name}: write-back", True, detail)
                continue
            detail = f"{one.place} gives {one.field} to the store, and the flow would write it"
            yield Finding(f"flow {flow.name}: write-back", False, detail, "Change one of the two.")


def number_findings(name: str, flows: Sequence[FlowSettings], shop: Description) -> Iterator[Finding]:
    """Two ERPs whose numbers would meet in one field: each order of both would become an exception."""
    if share_a_field(flows, shop):
        writing = sorted({flow.endpoint for flow in flows if flow.write_back})
        detail = f"the numbers of {' and '.join(writing)} would both go into {shop.number_field}"
        cure = "Give each its own by {endpoint} in the name of the field, or set write_back = false in a flow."
        yield Finding(f"store {name}: write-back", False, detail, cure)


def status_findings(flows: Sequence[FlowSettings], shop: Description) -> Iterator[Finding]:
    """Status words of flows that are nearly a word of the shop: perhaps one of a plugin, perhaps a slip of the pen.

    Where nobody knows the shop's words, that is said: no order of it is ever held for an unknown one.
    """
    if flows and not known_statuses(shop.statuses, flows):
        detail = (
            f"{shop.system} has no status words that we know, and no flow lists known_statuses: "
            "no order is held for a status that nobody knows"
        )
        cure = f"List the words that may go in known_statuses of the flow {flows[0].name}, if the store has any."
        yield Finding(f"store {flows[0].store}: unknown statuses", True, detail, cure)
    for flow in flows:
        for word in dict.fromkeys(flow.own_statuses()):
            if shop.statuses and word not in shop.statuses and (guess := suggestion(word, shop.statuses)):
                detail = f"the status '{word}' is no word of {shop.system} itself. {guess.strip()}"
                yield Finding(f"flow {flow.name}", True, detail)


def condition_findings(flows: Sequence[FlowSettings], shop: Description) -> Iterator[Finding]:
    """Rules that ask what orders of such a shop never have: they match none, and look as if they did."""
    for flow in flows:
        for rule in flow.selection:
            for condition, _ in rule.conditions():
                if condition in shop.never_told:
                    detail = f"never matches: it asks for {condition}, which no order of {shop.system} has"
                    cure = f"Take {condition} out of the rule, or ask for something that the shop tells."
                    yield Finding(f"flow {flow.name}: rule {rule.name}", False, detail, cure)


def endpoint_findings(endpoint: EndpointSettings, deployment: Deployment, clock: Clock) -> Sequence[Finding]:
    folders = [endpoint.transport.inbound, endpoint.transport.outbound]
    moved = moved_folders(endpoint, deployment)
    with open_transport(endpoint.name, endpoint.transport, clock) as transport:
        found = transport.check([folder for folder in folders if folder])
        return [*found, *(moved_finding(transport, folder) for folder in moved)]


def moved_folders(endpoint: EndpointSettings, deployment: Deployment) -> list[str]:
    """The folders into which the ERP moves our files. A profile that does not load has findings of its own."""
    try:
        profile = endpoint_profile(endpoint, deployment)
    except BridgeError:
        return []
    rules = profile.answers.rules if profile.answers is not None else ()
    named = [folder for rule in rules if rule.moved is not None for folder in rule.moved.folders]
    return list(dict.fromkeys(folder_of(endpoint, folder) for folder in named))


def moved_finding(transport: Transport, folder: str) -> Finding:
    """Whether one is there, and may be looked through; our files are never written there, so nothing else is tried."""
    what = f"folder {folder}"
    try:
        next(transport.list(folder, ENTRIES_MAX), None)
    except Missing:
        cure = "Create it, or correct [answers.rules.moved] in the profile."
        return Finding(what, False, "not there, and the profile says that the ERP moves our files into it", cure)
    except BridgeError as error:
        return Finding(what, False, error.problem.message, error.problem.action)
    return Finding(what, True, "there, for the files that the ERP moves")

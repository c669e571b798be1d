"""A deployment folder becomes values: bridge.toml read, judged and shown with every mistake at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bridge.config.mistakes import DeploymentRefused, Mistake, Wrong, suggestion
from bridge.config.ownership import read_ownership
from bridge.config.reading import Keys, Reading, dotted
from bridge.config.rule_kinds import rule_mistake
from bridge.config.secrets import SCHEMES, Secrets
from bridge.config.settings import DEPLOYMENT, ENDPOINT, FLOW, RULE, STORE, TRANSPORT, WATCH
from bridge.config.toml_lines import TomlLines
from bridge.config.values import (
    Deployment,
    EndpointSettings,
    FlowSettings,
    StoreSettings,
    TransportSettings,
    WatchSettings,
)
from bridge.domain.business_hours import BusinessHours
from bridge.domain.ownership import Owned
from bridge.domain.selection import SelectionRule

FILE = "bridge.toml"
FILE_BYTES_MAX = 4 * 2**20
Judge = Callable[[Mapping[str, StoreSettings], Mapping[str, EndpointSettings]], Iterable[Mistake]]
_AT_LINE = re.compile(r" \(at line (\d+), column (\d+)\)$")
_PASSWORD_IN_URL = re.compile(r"//[^/@]*:[^/@]+@")


def load_deployment(
    folder: Path, environ: Mapping[str, str], judge: Judge | None = None, *, secrets_later: bool = False
) -> Deployment:
    """The deployment of a folder. Raises DeploymentRefused with all mistakes, each with file and line.

    judge: gives the mistakes in the keys of connectors and transports, which this room doesn't know; without it each
    shows its own where it is opened. secrets_later: a store's or an endpoint's secret that is not to be had here is a
    mistake only for what needs it.
    """
    table, lines = _parsed(folder / FILE)
    reading = Reading(FILE, lines, Secrets(folder, environ, secrets_later), ZoneInfo("UTC"))
    top = reading.section(DEPLOYMENT, table, ())
    reading.zone = top.get("timezone", reading.zone)
    stores = dict(_stores(reading, table))
    endpoints = dict(_endpoints(reading, table))
    flows = tuple(_flows(reading, table))
    _judge_names(reading, table)
    _judge_external_ids(reading, flows)
    _judge_folders(reading, stores, flows)
    ownership = read_ownership(reading, table)
    if judge is not None:
        reading.add(judge(stores, endpoints))
    ledger_url = _ledger_url(reading, top.get("ledger"), folder)
    if reading.mistakes:
        raise DeploymentRefused(sorted(reading.mistakes, key=lambda one: one.line))
    return Deployment(folder, top["timezone"], ledger_url, stores, endpoints, flows, top.get("retired", ()), ownership)


def load_ownership(folder: Path) -> tuple[Owned, ...]:
    """`[ownership]` alone, so that the table can be shown before the rest is configured. Raises DeploymentRefused."""
    table, lines = _parsed(folder / FILE)
    reading = Reading(FILE, lines, Secrets(folder, {}), ZoneInfo("UTC"))
    owned = read_ownership(reading, table)
    if reading.mistakes:
        raise DeploymentRefused(reading.mistakes)
    return owned


def _parsed(path: Path) -> tuple[dict[str, Any], TomlLines]:
    """The file's values and the lines of its keys. Raises DeploymentRefused for what no TOML reader can read."""
    try:
        with path.open("rb") as opened:
            content = opened.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        what = "is not there." if isinstance(error, FileNotFoundError) else f"cannot be read ({error.strerror})."
        cure = f"Name the deployment folder with --config, or make one: bridge init {path.parent}."
        raise DeploymentRefused([Mistake(FILE, f"{path} {what}", cure)]) from error
    if len(content) > FILE_BYTES_MAX:
        raise DeploymentRefused([Mistake(FILE, "is larger than 4 MB.", "Keep order data out of it.")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DeploymentRefused([Mistake(f"{FILE}:{line}", "is not UTF-8.", "Save the file as UTF-8.")]) from error
    text = text.replace("\r\n", "\n")
    try:
        return tomllib.loads(text), TomlLines(text)
    except tomllib.TOMLDecodeError as error:
        words = str(error)
        at = _AT_LINE.search(words)
        line = int(at.group(1)) if at else text.count("\n") + 1
        what = f"is no TOML: {_AT_LINE.sub('', words)}."
        raise DeploymentRefused(
            [Mistake(f"{FILE}:{line}", what, "Look at quotes, brackets and double keys.")]
        ) from error


def _stores(reading: Reading, table: Mapping[str, Any]) -> Iterable[tuple[str, StoreSettings]]:
    for name, content, keys in reading.named(table, "stores"):
        settings = reading.section(STORE, content, keys)
        options = reading.options(STORE, content, keys)
        watch = _watch(reading, content.get("watch", {}), (*keys, "watch"))
        if "type" in settings:
            places = reading.places(content, keys)
            yield name, StoreSettings(name, settings["type"], options, reading.place(keys), watch, places)


def _watch(reading: Reading, content: object, keys: Keys) -> WatchSettings | None:
    """What is watched of a store; None where the section has a mistake."""
    if not isinstance(content, dict):
        reading.wrong(keys, "must be a section", f"Write [{dotted(keys)}] and its keys below it.")
        return None
    found = reading.section(WATCH, content, keys)
    if "silence_hours" in found and "silence_hours" not in content and "business_hours" in content:
        allowed = "Add silence_hours = 8, or the number of business hours that is too long."
        reading.wrong((*keys, "business_hours"), "has no meaning without silence_hours", allowed)
    if len(found) < len(WATCH.settings):
        return None
    hours = BusinessHours(found["business_hours"], found["holidays"])
    return WatchSettings(hours, found["silence_hours"], found["compare_counts"])


def _endpoints(reading: Reading, table: Mapping[str, Any]) -> Iterable[tuple[str, EndpointSettings]]:
    for name, content, keys in reading.named(table, "endpoints"):
        settings = reading.section(ENDPOINT, content, keys)
        transport = _transport(reading, content.get("transport"), (*keys, "transport"))
        if transport is not None and "profile" in settings:
            yield name, EndpointSettings(name=name, transport=transport, place=reading.place(keys), **settings)


def _transport(reading: Reading, content: object, keys: Keys) -> TransportSettings | None:
    if not isinstance(content, dict):
        reading.wrong(keys, "is missing", f"Add the section [{dotted(keys)}] with type and inbound.")
        return None
    settings = reading.section(TRANSPORT, content, keys)
    options = reading.options(TRANSPORT, content, keys)
    if not {"type", "inbound"} <= settings.keys():
        return None
    return TransportSettings(
        type=settings["type"],
        options=options,
        place=reading.place(keys),
        inbound=settings["inbound"],
        outbound=settings.get("outbound"),
        taken=settings.get("taken"),
        register=settings.get("register"),
        section=dotted(keys),
        places=reading.places(content, keys),
    )


def _flows(reading: Reading, table: Mapping[str, Any]) -> Iterable[FlowSettings]:
    for name, content, keys in reading.named(table, "flows"):
        settings = reading.section(FLOW, content, keys)
        for key, section in (("store", "stores"), ("endpoint", "endpoints")):
            known = table.get(section, {})
            if key in settings and isinstance(known, dict) and settings[key] not in known:
                guess = suggestion(settings[key], known)
                allowed = f"{guess}Known {section}: {', '.join(known) or 'none'}."
                reading.wrong((*keys, key), f"is {settings[key]!r}, which is not in the file", allowed)
        rules = tuple(_rules(reading, content.get("rules", []), (*keys, "rules")))
        if {"store", "endpoint", "orders_from"} <= settings.keys():
            fields = settings.pop("fields", {})
            yield FlowSettings(name=name, place=reading.place(keys), field_policies=fields, selection=rules, **settings)


def _rules(reading: Reading, content: object, keys: Keys) -> Iterable[SelectionRule]:
    """A flow's rules in their order."""
    if not isinstance(content, list) or not all(isinstance(one, dict) for one in content):
        reading.wrong(keys, "must be a list of tables", f"Write [[{dotted(keys)}]] above the keys of each rule.")
        return
    names: dict[str, int] = {}
    for number, table in enumerate(content):
        here = (*keys, number)
        before = len(reading.mistakes)
        found = reading.section(RULE, table, here)
        if len(reading.mistakes) > before:
            continue
        rule = SelectionRule(**found)
        if (mistake := rule_mistake(rule)) is not None:
            reading.wrong((*here, mistake[0]), mistake[1], mistake[2])
        first = names.setdefault(rule.name, number)
        if first != number:
            what = f"is {rule.name!r}, as that of an earlier rule (line {reading.lines.line((*keys, first))})"
            reading.wrong((*here, "name"), what, "Give each rule of a flow a name of its own.")
        if rule.matches_all and number + 1 < len(content):
            cure = "Move it to the end, or give it a condition."
            reading.wrong(here, "has no condition, so the rules below it are never asked", cure)
        yield rule


def _judge_names(reading: Reading, table: Mapping[str, Any]) -> None:
    """Names of stores and endpoints are unique together: both name folders of the archive."""
    stores, endpoints = table.get("stores", {}), table.get("endpoints", {})
    if isinstance(stores, dict) and isinstance(endpoints, dict):
        for name in endpoints:
            if name in stores:
                what = f"has the name of a store (line {reading.lines.line(('stores', name))})"
                reading.wrong(("endpoints", name), what, "Give one of them another name.")


def _judge_external_ids(reading: Reading, flows: tuple[FlowSettings, ...]) -> None:
    """Two stores on one endpoint need ids that can never meet: neither's fixed beginning may begin the other's."""
    for index, flow in enumerate(flows):
        for other in flows[:index]:
            if other.endpoint != flow.endpoint or other.store == flow.store:
                continue
            mine, theirs = _beginning(flow), _beginning(other)
            if mine.startswith(theirs) or theirs.startswith(mine):
                what = f"could give an order of {flow.store} the id of an order of {other.store} (flow {other.name})"
                cure = 'Begin each with its store: external_id = "{store}-{store_order_id}" in both flows.'
                reading.wrong(("flows", flow.name, "external_id"), what, cure)


def _judge_folders(reading: Reading, stores: Mapping[str, StoreSettings], flows: Iterable[FlowSettings]) -> None:
    """A dropped file is moved once it is read, so a folder can feed one flow only, whatever names its store has."""
    fed: dict[str, str] = {}
    named: dict[Path, str] = {}
    for flow in flows:
        store = stores.get(flow.store)
        if store is None or store.type != "folder":
            continue
        first = fed.setdefault(flow.store, flow.name)
        if first != flow.name:
            what = f"takes its orders from folder store {flow.store}, which flow {first} empties already"
            reading.wrong(("flows", flow.name, "store"), what, "Give each flow a folder store of its own.")
        path = Path(str(store.options.get("path", ""))).resolve()
        other = named.setdefault(path, flow.store)
        if other != flow.store:
            what = f"is the folder of store {other} too: each would take files away from the other"
            reading.wrong(("stores", flow.store, "path"), what, "Give each store a folder, and drop a file into both.")


def _beginning(flow: FlowSettings) -> str:
    """The fixed beginning of a flow's external ids, case-blind as the endpoint's uniqueness is."""
    return flow.external_id.replace("{store}", flow.store).partition("{")[0].casefold()


def _ledger_url(reading: Reading, given: str | None, folder: Path) -> str:
    """The ledger's address: SQLite in the state folder unless another is named. A password never stands in the file."""
    if given is None:
        return f"sqlite:///{folder / 'state' / 'ledger.sqlite'}"
    if given.startswith(SCHEMES):
        try:
            return reading.secrets.resolved(given).value
        except Wrong as wrong:
            reading.wrong(("ledger",), wrong.what, wrong.allowed)
            return ""
    if _PASSWORD_IN_URL.search(given):
        reading.wrong(("ledger",), "holds a password", 'Write "env:NAME", and keep the whole address there.')
    elif given.startswith("sqlite:///") and not given.startswith("sqlite:////"):
        return f"sqlite:///{folder / given.removeprefix('sqlite:///')}"
    return given

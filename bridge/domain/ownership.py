"""Who owns which field: the table that shop, ERP and logistics agree on before a project begins. Pure.

It begins as the contract says it; `[ownership]` of bridge.toml changes single fields, whole parts of an order, or adds
fields that nobody else speaks of. What the store owns is never written into it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bridge.domain.problems import ProblemKind
from bridge.domain.publish import STORE, contract_rows

# What a connector can write into a store's order, as `Description.writes` names it.
ERP_NUMBER, NOTE, STATUS, LABEL = "erp_number", "note", "status", "tags"

WRITABLE = frozenset({ERP_NUMBER, NOTE, STATUS, LABEL})
# What a write-back leaves out where the store owns it: the key of the store, and the value by which none is written.
LEFT_OUT_BY: Mapping[str, tuple[str, object]] = {NOTE: ("note", ""), STATUS: ("status_after", {}), LABEL: ("tag", "")}


class Direction(StrEnum):
    """Which way a field travels."""

    TO_ERP = "store to ERP"
    TO_STORE = "ERP to store"
    BOTH = "both ways"
    NONE = "not exchanged"


@dataclass(frozen=True, slots=True)
class Owned:
    """What was agreed for one field, or for all fields of a part (`delivery`, `lines`). Empty: as the contract says."""

    field: str
    owner: str
    place: str  # file:line
    direction: str = ""
    frequency: str = ""
    on_error: str = ""


OWNED_BY_STORE = ProblemKind(
    code="owned-by-store",
    title="Store {store} must not get {what}",
    message="Store {store} would get {what}, but {place} says that the store owns {name}. Nothing was written.",
    action="Change the owner of {name} in [ownership] of bridge.toml, or set write_back = false in the flows.",
    cause="owned-by-store:{store}/{name}",
    meaning="[ownership] gives to the store the ERP's number, or a field that its write-back cannot leave out.",
)


def contract_table(owned: Sequence[Owned]) -> list[dict[str, str]]:
    """The contract's rows with what was agreed in place of the usual, and rows for fields of the agreement alone."""
    rows = [_agreed(row, most_specific(row["field"], owned)) for row in contract_rows()]
    names = {plain_name(row["field"]) for row in rows}
    own = [one for one in owned if plain_name(one.field) not in names and not _is_part(one.field, names)]
    return [*rows, *(_own_row(one, rows[0]) for one in own)]


def most_specific(field: str, owned: Iterable[Owned]) -> Owned | None:
    """The agreement that speaks of a field: by its name, else by the nearest part around it."""
    named = {plain_name(one.field): one for one in owned}
    path = plain_name(field)
    while path:
        if path in named:
            return named[path]
        path = path.rpartition(".")[0]
    return None


def store_owned(writes: Iterable[str], owned: Sequence[Owned], store: str) -> dict[str, Owned]:
    """Of the fields that a store would get, those that it owns, each with the agreement that says so.

    Any store is `store`; one alone is meant by its name.
    """
    found = {field: most_specific(field, owned) for field in writes}
    return {
        name: one
        for name, one in found.items()
        if one is not None and (one.owner.strip().casefold() == STORE or one.owner.strip() == store)
    }


def plain_name(field: str) -> str:
    """`lines[].sku` and `lines.sku` are one field."""
    return field.replace("[]", "")


def _is_part(field: str, names: Iterable[str]) -> bool:
    beginning = plain_name(field) + "."
    return any(name.startswith(beginning) for name in names)


def _agreed(row: Mapping[str, str], one: Owned | None) -> dict[str, str]:
    if one is None:
        return dict(row)
    given = {
        "system_of_record": one.owner, "direction": one.direction, "frequency": one.frequency, "on_error": one.on_error,
    }  # fmt: skip
    return {**row, **{name: text for name, text in given.items() if text}}


def _own_row(one: Owned, columns: Mapping[str, str]) -> dict[str, str]:
    return _agreed({**dict.fromkeys(columns, ""), "field": one.field}, one)

"""`[ownership]` of bridge.toml: `"delivery.phone" = { owner = "store", ... }`, a line or a section for each field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import Any

from bridge.config.mistakes import suggestion
from bridge.config.reading import Reading
from bridge.config.settings import OWNED
from bridge.domain.ownership import WRITABLE, Owned, plain_name
from bridge.domain.publish import STORE, contract_rows

OWNERSHIP = "ownership"
SYSTEMS = ("stores", "endpoints")
ERP = "erp"


def read_ownership(reading: Reading, table: Mapping[str, Any]) -> tuple[Owned, ...]:
    """What was agreed, in the order of the file; mistakes are noted."""
    found = table.get(OWNERSHIP, {})
    if not isinstance(found, dict):
        reading.wrong((OWNERSHIP,), "must be a section", 'Write [ownership] and "FIELD" = { owner = "store" }.')
        return ()
    stores, endpoints = ({*names} if isinstance(names := table.get(key), dict) else set() for key in SYSTEMS)
    owned: dict[str, Owned] = {}
    for one in _fields(reading, found, ()):
        first = owned.setdefault(plain_name(one.field), one)
        if first is not one:
            keys = (OWNERSHIP, one.field)
            reading.wrong(keys, f"speaks of the field of {first.place} again", "Keep one of the two.")
        elif plain_name(one.field) in WRITABLE:
            _judge_owner(reading, one, stores | endpoints)
    return tuple(owned.values())


def _judge_owner(reading: Reading, one: Owned, systems: Set[str]) -> None:
    """Whether the store owns a field that a write-back changes has an effect: so its owner must be one that we know."""
    name = one.owner.strip()
    if name.casefold() not in (STORE, ERP) and name not in systems:
        what = f"is owned by {name!r}, which is neither store nor ERP, and a write-back changes it"
        cure = 'Write owner = "store" if it must not be written, else "ERP".'
        reading.wrong((OWNERSHIP, one.field), what, cure)


def _fields(reading: Reading, table: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[Owned]:
    """`[ownership.delivery.phone]` comes as tables in tables: the innermost ones hold the agreed words."""
    words = {setting.key for setting in OWNED.settings}
    for name, content in table.items():
        keys: tuple[str, ...] = (*path, name)
        if not isinstance(content, dict):
            reading.wrong((OWNERSHIP, *keys), "must be a table", 'Write { owner = "store" }, or a section.')
            continue
        inner = {key: value for key, value in content.items() if isinstance(value, dict) and key not in words}
        agreed = {key: value for key, value in content.items() if key not in inner}
        if agreed or not inner:
            _hint(reading, ".".join(keys), keys)
            parsed = reading.section(OWNED, agreed, (OWNERSHIP, *keys))
            if "owner" in parsed:
                yield Owned(field=".".join(keys), place=reading.place((OWNERSHIP, *keys)), **parsed)
        yield from _fields(reading, inner, keys)


def _hint(reading: Reading, field: str, keys: tuple[str, ...]) -> None:
    """A name that is nearly one of the contract's is a slip of the pen; any other is a field of the users' own."""
    names = {plain_name(row["field"]) for row in contract_rows()}
    name = plain_name(field)
    near = "" if name in names or any(one.startswith(f"{name}.") for one in names) else suggestion(name, names)
    if near:
        cure = f"{near}`bridge contract` lists the fields. Call a field of your own by a name that is less like it."
        reading.wrong((OWNERSHIP, *keys), "is no field of the contract", cure)

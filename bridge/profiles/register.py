"""The ERP's register: a CSV of external ids that it holds already, each with the ERP's number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bridge.profiles.errors import RegisterMalformed
from bridge.profiles.rows import NUMBER_MAX, Dialect, RowsBroken, rows_of
from bridge.profiles.settings import RegisterSettings


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """One document that the ERP holds."""

    external_id: str
    erp_number: str


def read_register(path: Path, settings: RegisterSettings, profile: str) -> Iterator[RegisterEntry]:
    """Every entry, streamed; rows without an external id are the ERP's own documents and are passed over."""
    try:
        rows = rows_of(path, Dialect(settings.encoding, settings.delimiter, settings.quote), whole_only=False)
        heading = next(rows, None)
        if heading is None:
            raise RowsBroken(1, "the register is empty; its heading row is missing")
        begun, fields = heading
        names = [name.strip() for name in fields]
        missing = [name for name in (settings.external_id, settings.erp_number) if name not in names]
        if missing:
            raise RowsBroken(begun, f"there is no column {missing[0]}")
        at_id, at_number = names.index(settings.external_id), names.index(settings.erp_number)
        last = max(at_id, at_number)
        for line, fields in rows:
            if len(fields) <= last:
                raise RowsBroken(line, f"has {len(fields)} fields; the heading has {len(names)}")
            if max(len(fields[at_id]), len(fields[at_number])) > NUMBER_MAX:
                raise RowsBroken(line, f"an id or number is longer than {NUMBER_MAX} characters")
            if external_id := fields[at_id].strip():
                yield RegisterEntry(external_id, fields[at_number].strip())
    except RowsBroken as error:
        raise RegisterMalformed(profile=profile, place=f"line {error.line}", what=str(error)) from error

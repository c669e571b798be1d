"""From what an answer names to our export file: by interchange number, exact name, beginning of a name, or digest.

A reference that fits no file of ours says nothing: ERPs name other senders' files too. One that fits several of ours,
or several that mean different ones, is a disagreement, and nothing is joined.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import sqlalchemy as sa

from bridge.domain.answers import FileKey, FileNaming, FileReference
from bridge.domain.beginnings import meant_by
from bridge.domain.states import FileState
from bridge.ledger.columns import look, one_of
from bridge.ledger.tables import endpoints, export_files
from bridge.ledger.work import chunks

T = TypeVar("T", int, str)
NAME_TRIED_MAX = 250  # characters of a name that an answer tells; ours are shorter
DIGITS_MAX = 18  # of an interchange number
SHOWN_MAX = 80


@dataclass(frozen=True, slots=True)
class JoinedFile:
    """The file that is meant, with how many orders it holds; or None, with what does not agree in `clash`."""

    file_id: int | None = None
    members: int = 0
    clash: str = ""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One of our files that a reference can mean."""

    file_id: int
    name: str
    members: int


Candidates = dict[FileReference, list[_Candidate]]


def joined_files(
    connection: sa.Connection, endpoint_id: int, told: Sequence[tuple[FileReference, ...]], naming: FileNaming
) -> list[JoinedFile]:
    """For each answer, the file that its references mean."""
    asked = sorted({one for references in told for one in references}, key=lambda one: (one.key, one.value))
    found = _candidates(connection, endpoint_id, asked, naming)
    return [_joined(references, found) for references in told]


def _joined(references: Iterable[FileReference], found: Candidates) -> JoinedFile:
    first: tuple[FileReference, _Candidate] | None = None
    for one in references:
        fitting = found[one]
        if len(fitting) > 1:
            names = " and ".join(each.name for each in fitting[:2])
            return JoinedFile(clash=f"the {_shown(one)} fits {names}")
        if not fitting:
            continue
        if first is not None and first[1].file_id != fitting[0].file_id:
            known = f"the {_shown(first[0])} means {first[1].name}"
            return JoinedFile(clash=f"{known}, the {_shown(one)} means {fitting[0].name}")
        first = first or (one, fitting[0])
    return JoinedFile(first[1].file_id, first[1].members) if first else JoinedFile()


def _shown(reference: FileReference) -> str:
    """A reference in words; the value is the ERP's, so only what can be printed is."""
    kind = {FileKey.REFERENCE: "number", FileKey.DIGEST: "digest"}.get(reference.key, "name")
    value = "".join(character if character.isprintable() else "?" for character in reference.value[:SHOWN_MAX])
    return f"{kind} {value}"


def _candidates(
    connection: sa.Connection, endpoint_id: int, asked: Sequence[FileReference], naming: FileNaming
) -> Candidates:
    found: Candidates = {one: [] for one in asked}
    by_key = {key: [one for one in asked if one.key is key] for key in FileKey}
    _by_number(connection, endpoint_id, by_key[FileKey.REFERENCE], naming, found)
    _by_digest(connection, endpoint_id, by_key[FileKey.DIGEST], found)
    _by_name(connection, endpoint_id, by_key[FileKey.NAME], found)
    for one in by_key[FileKey.PREFIX]:
        found[one] = _begun_by(connection, endpoint_id, one.value.strip(), naming)
    return found


def _files(
    connection: sa.Connection,
    endpoint_id: int,
    condition: sa.ColumnElement[bool],
    own: sa.ColumnElement[int] = export_files.c.endpoint_id,
) -> list[tuple[_Candidate, int, str]]:
    """Our files that fit, with number and digest."""
    query = sa.select(
        export_files.c.id,
        export_files.c.name,
        export_files.c.member_count,
        export_files.c.sequence_number,
        export_files.c.sha256,
    ).where(own == endpoint_id, condition)
    return [(_Candidate(*row[:3]), row.sequence_number, row.sha256) for row in look(connection, query)]


def _by_number(
    connection: sa.Connection,
    endpoint_id: int,
    asked: Sequence[FileReference],
    naming: FileNaming,
    found: Candidates,
) -> None:
    """Whatever the width. Where the range wraps, the latest file under the number, and older ones that still wait."""
    numbers = {one: int(value) for one in asked if _is_number(value := one.value.strip())}
    if not numbers:
        return
    if naming.wraps_at is not None:
        query = sa.select(endpoints.c.next_sequence_number).where(endpoints.c.id == endpoint_id)
        last: int = look(connection, query).scalar_one() - 1
        numbers = {one: last - (last - number) % naming.wraps_at for one, number in numbers.items()}
    asking = _turned(numbers)
    for some in chunks(sorted(asking)):
        for candidate, number, _ in _files(connection, endpoint_id, export_files.c.sequence_number.in_(some)):
            for one in asking[number]:
                found[one].append(candidate)
    if naming.wraps_at is not None:
        _by_number_still_open(connection, endpoint_id, asking, naming.wraps_at, found)


def _by_number_still_open(
    connection: sa.Connection,
    endpoint_id: int,
    asking: Mapping[int, list[FileReference]],
    wraps_at: int,
    found: Candidates,
) -> None:
    """Earlier files of these numbers whose answers are due: an answer that comes now can be about either."""
    latest = {number % wraps_at: number for number in asking}
    for some in chunks(sorted(latest)):
        waits = sa.and_(
            one_of(export_files.c.state, [FileState.PLACED]),
            export_files.c.answer_due_at.is_not(None),
            (export_files.c.sequence_number % wraps_at).in_(some),
        )
        for candidate, number, _ in _files(connection, endpoint_id, waits):
            if number != latest[number % wraps_at]:
                for one in asking[latest[number % wraps_at]]:
                    found[one].append(candidate)


def _turned(wanted: Mapping[FileReference, T]) -> dict[T, list[FileReference]]:
    """Who asks for each value."""
    asking: dict[T, list[FileReference]] = {}
    for one, value in wanted.items():
        asking.setdefault(value, []).append(one)
    return asking


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value.lstrip("0")) <= DIGITS_MAX


def _by_digest(connection: sa.Connection, endpoint_id: int, asked: Sequence[FileReference], found: Candidates) -> None:
    asking = _turned({one: one.value.strip().lower() for one in asked})
    for some in chunks(sorted(asking)):
        # + 0: SQLite would else look through all files of the endpoint, and not through the digests
        own = export_files.c.endpoint_id + 0
        for candidate, _, sha256 in _files(connection, endpoint_id, export_files.c.sha256.in_(some), own):
            for one in asking[sha256]:
                found[one].append(candidate)


def _by_name(connection: sa.Connection, endpoint_id: int, asked: Sequence[FileReference], found: Candidates) -> None:
    """Case-blind, as ERPs write names in capitals; of two that differ only in case the one written the same."""
    asking = _turned({one: one.value.strip().lower() for one in asked})
    for some in chunks(sorted(asking)):
        for candidate, *_ in _files(connection, endpoint_id, sa.func.lower(export_files.c.name).in_(some)):
            for one in asking[candidate.name.lower()]:
                found[one].append(candidate)
    for one in asked:
        exact = [candidate for candidate in found[one] if candidate.name == one.value.strip()]
        found[one] = exact or found[one]


def _begun_by(connection: sa.Connection, endpoint_id: int, told: str, naming: FileNaming) -> list[_Candidate]:
    """Our files with whose name, or name without its ending, a name begins."""
    whole, ending = told.lower()[:NAME_TRIED_MAX], naming.extension.lower()
    begins = [whole[:length] for length in range(1, len(whole) + 1)]
    lengths: dict[_Candidate, int] = {}
    for some in chunks([*begins, *(begin + ending for begin in begins if ending)]):
        for candidate, *_ in _files(connection, endpoint_id, sa.func.lower(export_files.c.name).in_(some)):
            name = candidate.name.lower()
            length = len(name) if whole.startswith(name) else len(name) - len(ending)
            lengths[candidate] = max(length, lengths.get(candidate, 0))
    return meant_by(whole, lengths)

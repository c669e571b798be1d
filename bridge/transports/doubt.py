"""Where is a staged file whose rename has no certain answer? Found out by looking, never by guessing.

The dangerous case is a rename that still waits in a dead connection and fires later. So a temporary file that is still
there is first put aside under a name that no such rename knows, and only then is it called not placed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bridge.domain.errors import BridgeError, Doubtful, Missing, NameTaken, Unavailable
from bridge.domain.handover import TEMPORARY_STYLES, Handover, Role, gone_name, linking_name, temporary_name, void_name
from bridge.transports.base import RemoteFile, Transport
from bridge.transports.errors import FolderAbsent, LookRefused
from bridge.transports.parts import FileFacts, Part, leftover_names, parts_of, path_in

DIGEST_BYTES_MAX = 64 * 1024 * 1024
ROUNDS_MAX = 4  # look, put aside, look again; a rename that fires in between costs one more round


class Look(StrEnum):
    """What looking found."""

    PLACED = "placed"  # the final name holds our bytes; sidecar and trigger are complete too
    TAKEN = "taken"  # temporary, final and void are all absent: the ERP has it (inferred)
    NOT_PLACED = "not_placed"  # put aside: it can never become visible by this attempt
    STRANGER = "stranger"  # the final name holds other bytes: a person must look
    UNSURE = "unsure"  # looking is refused or decides nothing: a person must look


@dataclass(frozen=True, slots=True)
class SettleFinding:
    """The outcome of one look, and in words what was seen. residue: the temporary name was there beside the final."""

    look: Look
    detail: str
    residue: bool = False


@dataclass(frozen=True, slots=True)
class _Hidden:
    """An attempt's hidden paths in one style."""

    temporary: str
    void: str
    gone: str
    linking: str

    @property
    def paths(self) -> tuple[str, ...]:
        """All of them."""
        return (self.temporary, self.void, self.gone, self.linking)


@dataclass(frozen=True, slots=True)
class _Seen:
    """One look at all the names of an attempt: the final one, and which hidden paths are there."""

    final: RemoteFile | None
    there: frozenset[str]


def settle_file(facts: FileFacts, transport: Transport, folder: str, handover: Handover) -> SettleFinding:
    """Look where one staged file is; complete what belongs to it, or make sure that it cannot become visible.

    Raises Unavailable or Doubtful when the line dies meanwhile: everything stays as it was, the next pass looks again.
    Leaves temporary and void names in place; `remove_leftovers` tidies up after the outcome is committed.
    Known residue: an SFTP server that died between link and unlink, and an ERP that took the file just then, look
    like "not placed". Answers and register, which are collected first, tell of it.
    """
    hidden = _hidden(facts, folder)
    for _ in range(ROUNDS_MAX):
        seen = _look(facts, hidden, transport, folder)
        if isinstance(seen, BridgeError):
            return _without_looking(hidden, transport, folder, seen)
        lying = [one for one in hidden if one.temporary in seen.there]
        linking = [one for one in hidden if one.linking in seen.there]
        if seen.final is not None:
            finding = _judged(facts, seen.final, bool(lying or linking), transport)
            return _completed(finding, facts, transport, folder, handover)
        if any(one.gone in seen.there for one in hidden):
            return SettleFinding(Look.UNSURE, "its temporary file was gone before it could become visible")
        if linking:
            return SettleFinding(Look.UNSURE, "we were killed while it became visible, and the ERP may have read it")
        if not lying and seen.there:
            return SettleFinding(Look.NOT_PLACED, "it was put aside before it became visible")
        if not lying:
            finding = _absence(hidden, transport)
            return _completed(finding, facts, transport, folder, handover)
        refused = _put_aside(lying, seen, transport)
        if refused is not None:
            return SettleFinding(Look.UNSURE, f"it cannot be put aside: {refused.problem.message}")
    return SettleFinding(Look.UNSURE, "its names keep changing while we look")


def _hidden(facts: FileFacts, folder: str) -> list[_Hidden]:
    return [
        _Hidden(
            temporary=path_in(folder, temporary_name(facts.name, facts.attempt, style)),
            linking=path_in(folder, linking_name(temporary_name(facts.name, facts.attempt, style))),
            void=path_in(folder, void_name(facts.name, facts.attempt, style)),
            gone=path_in(folder, gone_name(facts.name, facts.attempt, style)),
        )
        for style in TEMPORARY_STYLES
    ]


def _look(facts: FileFacts, hidden: Sequence[_Hidden], transport: Transport, folder: str) -> _Seen | BridgeError:
    """What is there; the error where a look is refused. Raises when nothing can be concluded (line, folder)."""
    final = path_in(folder, facts.name)
    names = [folder, final, *(path for one in hidden for path in one.paths)]
    found: dict[str, RemoteFile | None] = {}
    for name, outcome in zip(names, transport.look(names), strict=True):
        if isinstance(outcome, Unavailable | Doubtful):
            raise outcome
        if isinstance(outcome, BridgeError):
            return outcome
        found[name] = outcome
    if found[folder] is None:  # a share that is not mounted looks empty: absence would prove nothing
        raise FolderAbsent(owner=transport.owner, name=folder, place="the endpoint's transport")
    there = frozenset(path for path in names[2:] if found[path] is not None)
    return _Seen(found[final], there)


def _judged(facts: FileFacts, final: RemoteFile, residue: bool, transport: Transport) -> SettleFinding:
    """Whether what stands under the final name is ours."""
    if final.size != facts.size:
        return SettleFinding(Look.STRANGER, f"{final.size:,} bytes are there, ours has {facts.size:,}", residue)
    found = transport.digest(final.path, DIGEST_BYTES_MAX)
    if found == facts.sha256:
        return SettleFinding(Look.PLACED, "our bytes are there (size and SHA-256)", residue)
    if found is not None:
        detail = f"as long as ours, but its SHA-256 is {found} and ours is {facts.sha256}"
        return SettleFinding(Look.STRANGER, detail, residue)
    if residue:  # our own bytes lie beside it, and the two cannot be compared: it may be another's
        return SettleFinding(Look.UNSURE, "a file of our size is there, and our temporary file too", residue)
    return SettleFinding(Look.PLACED, "a file of our size is there; its bytes cannot be read back")


def _absence(hidden: Sequence[_Hidden], transport: Transport) -> SettleFinding:
    """No name was seen. Some servers hide what is there, so the absence is proved by a move that finds nothing."""
    for one in hidden:
        (outcome,) = transport.rename([(one.temporary, one.void)])
        if isinstance(outcome, str):
            return SettleFinding(Look.NOT_PLACED, "it was there though the server hides it, and was put aside")
        if isinstance(outcome, Unavailable | Doubtful):
            raise outcome
        if not isinstance(outcome, Missing):
            return SettleFinding(Look.UNSURE, f"its absence is not certain: {outcome.problem.message}")
    return SettleFinding(Look.TAKEN, "no name of it is there any more: the ERP has taken it")


def _put_aside(lying: Sequence[_Hidden], seen: _Seen, transport: Transport) -> BridgeError | None:
    """Take the temporary name away from any rename that still waits. What came of it, the next look tells."""
    for one in lying:
        outcome: str | BridgeError | None
        if one.void in seen.there:  # the server died between link and unlink of this very move
            (outcome,) = transport.remove([one.temporary])
        else:
            (outcome,) = transport.rename([(one.temporary, one.void)])
        if isinstance(outcome, Unavailable | Doubtful):
            raise outcome
        if isinstance(outcome, BridgeError) and not isinstance(outcome, Missing | NameTaken):
            return outcome
    return None


def _without_looking(
    hidden: Sequence[_Hidden], transport: Transport, folder: str, refused: BridgeError
) -> SettleFinding:
    """A server that does not let us look: only a move of the temporary name that succeeds proves anything."""
    for one in hidden:
        (outcome,) = transport.rename([(one.temporary, one.void)])
        if isinstance(outcome, str):
            return SettleFinding(Look.NOT_PLACED, "it was put aside before it became visible")
        if isinstance(outcome, Unavailable):
            raise outcome
    (alive,) = transport.look([folder])
    if isinstance(alive, Unavailable):
        raise alive
    return SettleFinding(Look.UNSURE, refused.problem.message)


def _completed(
    finding: SettleFinding, facts: FileFacts, transport: Transport, folder: str, handover: Handover
) -> SettleFinding:
    """Place the sidecar and trigger of a placed file that are still hidden, so that it is never left half."""
    if finding.look not in (Look.PLACED, Look.TAKEN):
        return finding
    styles = [replace(handover, temporary=style) for style in TEMPORARY_STYLES]
    try:
        parts = [parts_of(facts, "", one) for one in styles]
    except OSError:
        return SettleFinding(Look.UNSURE, "the file is there, but our archived copy of it is not", finding.residue)
    for same_part in zip(*parts, strict=True):
        if same_part[0].role is Role.FILE:
            continue
        trouble = _complete_part(same_part, transport, folder)
        if isinstance(trouble, Unavailable | Doubtful):
            raise trouble
        if trouble is not None:
            detail = f"the file is there, but {same_part[0].name} is not: {trouble.problem.message}"
            return SettleFinding(Look.UNSURE, detail, finding.residue)
    return finding


def _complete_part(styles: Sequence[Part], transport: Transport, folder: str) -> BridgeError | None:
    """Rename one hidden part. Neither there nor hidden: it was visible and is taken, and must not come twice."""
    final = path_in(folder, styles[0].name)
    hidden = [path_in(folder, part.temporary) for part in styles]
    linking = [linking_name(path) for path in hidden]
    there, *lying = transport.look([final, *hidden, *linking])
    if isinstance(there, BridgeError):
        return there
    if there is None:
        present = [
            path for path, found in zip([*hidden, *linking], lying, strict=True) if isinstance(found, RemoteFile)
        ]
        if not present:
            return None
        if styles[0].role is Role.TRIGGER and present[0] in linking:  # a sidecar may come twice, a trigger may not
            return LookRefused(owner=transport.owner, name=styles[0].name, what="it may have been read already")
        (outcome,) = transport.rename([(present[0], final)])
        if isinstance(outcome, str | Missing):
            return None
        if not isinstance(outcome, NameTaken):
            return outcome
    return None if holds(final, styles[0].content, transport) else NameTaken(name=styles[0].name, owner=transport.owner)


def holds(path: str, content: bytes | None, transport: Transport) -> bool:
    """Whether a remote file has exactly these bytes."""
    expected = content or b""
    return transport.digest(path, len(expected)) == hashlib.sha256(expected).hexdigest()


def remove_leftovers(files: Sequence[FileFacts], transport: Transport, folder: str) -> None:
    """Remove the temporary and void names of these attempts, never a final one. Only after the outcome is committed.

    What cannot be removed costs nothing but its space: no name is used twice.
    """
    names = [path_in(folder, name) for facts in files for name in leftover_names(facts)]
    if names:
        transport.remove(names)

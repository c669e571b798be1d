"""The one place where files become visible to an ERP: whole, never over another, in sequence order.

Two functions, because the ledger commits between them: `stage` puts all bytes under temporary names and verifies them;
`place_whole` renames file, checksum sidecar and trigger, in the order that the profile states. What has no certain
outcome is for `doubt.py`. No rename is sent before every write, the size and the close were answered. Source:
draft-ietf-secsh-filexfer-02, section 6.5: the plain rename fails on a taken name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bridge.domain.errors import BridgeError, Missing, NameTaken, NotSent, Refused
from bridge.domain.handover import Handover, Role, gone_name
from bridge.domain.problems import ProblemKind
from bridge.transports.base import RemoteFile, Transport, Upload, Written
from bridge.transports.doubt import holds, remove_leftovers
from bridge.transports.errors import RenameDoubtful, TemporaryVanished
from bridge.transports.parts import HandoverFile, Part, parts_of, path_in

Rename = tuple[str, str]


class SourceDamaged(Refused):
    """The archive does not hold the bytes that were sealed: nothing is sent."""

    kind = ProblemKind(
        code="source-damaged",
        title="The archived file {name} is not the one that was sealed",
        message="The archive's {name} is missing or differs from its seal (SHA-256 {sha256}). It was not sent.",
        action="Run `bridge archive verify`, and restore the file from a backup.",
        cause="archive:{name}",
        meaning="Bytes in the archive were changed or lost after sealing.",
    )


@dataclass(frozen=True, slots=True)
class Staged:
    """All parts of a file are on the other side, whole, under their temporary names."""

    file: HandoverFile
    parts: tuple[Part, ...]  # in the order in which they become visible
    verified: bool  # False where the server refuses every look at the size

    def temporary_path(self, folder: str) -> str:
        """Where the file's bytes are."""
        return path_in(folder, self.file.temporary)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The file and all that belongs to it are visible."""

    file: HandoverFile
    size: int
    inferred: bool = False


def stage(
    files: Sequence[HandoverFile], transport: Transport, folder: str, handover: Handover
) -> list[Staged | BridgeError]:
    """Write file, sidecar and trigger of each under temporary names. Nothing is visible; one outcome for each file.

    The leftovers of the attempt before are removed first and the answer awaited: what a dead connection still wants
    to rename is then gone. Archived bytes that differ from their seal are not sent.
    """
    remove_leftovers([file.facts(file.attempt - 1) for file in files if file.attempt > 1], transport, folder)
    sound = [file for file in files if _is_sound(file)]
    parts = {file.name: parts_of(file.facts(file.attempt), file.temporary, handover) for file in sound}
    written = iter(transport.write([_upload(part, file, folder) for file in sound for part in parts[file.name]]))
    staged: list[Staged | BridgeError] = []
    for file in files:
        if file.name in parts:
            outcomes = [next(written) for _ in parts[file.name]]
            staged.append(_staged(file, parts[file.name], outcomes))
        else:
            staged.append(SourceDamaged(name=file.name, sha256=file.sha256))
    return staged


def _is_sound(file: HandoverFile) -> bool:
    """Whether the archive's bytes are the sealed ones; hashed before sending."""
    try:
        with file.source.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest() == file.sha256
    except FileNotFoundError:
        return False


def _upload(part: Part, file: HandoverFile, folder: str) -> Upload:
    if part.content is None:
        return Upload(file.source, path_in(folder, part.temporary), file.size)
    return Upload(part.content, path_in(folder, part.temporary), len(part.content))


def _staged(
    file: HandoverFile, parts: tuple[Part, ...], outcomes: Sequence[Written | BridgeError]
) -> Staged | BridgeError:
    """Staged when every part is; else the first trouble."""
    verified = True
    for outcome in outcomes:
        if isinstance(outcome, BridgeError):
            return outcome
        verified = verified and outcome.verified
    return Staged(file, parts, verified)


def place_whole(
    files: Sequence[Staged], transport: Transport, folder: str, handover: Handover
) -> Iterator[Receipt | BridgeError]:
    """Make each file visible, lowest number first, so that no reader ever sees a part of it; one outcome for each.

    Every final name is looked at before the first rename: a foreign file is left alone also where a server's rename
    overwrites. Receipt: every part is visible. NameTaken, Refused, Unavailable: the rename did not happen. Doubtful:
    only `settle_file` goes on. NotSent: an earlier file had trouble. With an error the file itself may be visible
    and its sidecar or trigger not: `settle_file` completes it.
    """
    numbers = [staged.file.sequence_number for staged in files]
    if numbers != sorted(numbers):
        raise ValueError("files must be handed over in sequence order")
    plans = list(_plans(files, transport, folder))
    renames = transport.rename([pair for plan in plans if not isinstance(plan, BridgeError) for pair in plan])
    stopped = False
    for staged, plan in zip(files, plans, strict=True):
        outcome: Receipt | BridgeError
        if stopped:
            outcome = NotSent(name=staged.file.name)
        elif isinstance(plan, BridgeError):
            outcome = plan
        else:
            outcome = _place(staged, plan, renames, transport, folder, handover)
        stopped = stopped or isinstance(outcome, BridgeError)
        yield outcome


def _plans(files: Sequence[Staged], transport: Transport, folder: str) -> Iterator[Sequence[Rename] | BridgeError]:
    """The renames of each file, up to the first file that has one of its names taken."""
    looked = iter(transport.look([path_in(folder, part.name) for staged in files for part in staged.parts]))
    stopped = False
    for staged in files:
        found = [next(looked) for _ in staged.parts]
        plan = NotSent(name=staged.file.name) if stopped else _plan(staged, found, transport, folder)
        stopped = isinstance(plan, BridgeError)
        yield plan


def _plan(
    staged: Staged, found: Sequence[RemoteFile | BridgeError | None], transport: Transport, folder: str
) -> Sequence[Rename] | BridgeError:
    renames: list[Rename] = []
    for part, there in zip(staged.parts, found, strict=True):
        final = path_in(folder, part.name)
        if isinstance(there, RemoteFile):
            if part.role in (Role.CHECKSUM, Role.MANIFEST) and holds(final, part.content, transport):
                transport.remove([path_in(folder, part.temporary)])
                continue  # an earlier attempt placed it; its bytes never change
            return NameTaken(name=part.name, owner=transport.owner)
        renames.append((path_in(folder, part.temporary), final))
    return renames


def _place(
    staged: Staged,
    plan: Sequence[Rename],
    renames: Iterator[str | BridgeError],
    transport: Transport,
    folder: str,
    handover: Handover,
) -> Receipt | BridgeError:
    """Rename the parts of one file; the first trouble ends it."""
    trouble = None
    for old, _ in plan:
        outcome = next(renames)
        if isinstance(outcome, Missing) and old == staged.temporary_path(folder):
            return _vanished(staged.file, transport, folder, handover)
        if isinstance(outcome, BridgeError):
            trouble = trouble or outcome  # those after it were not sent
    return trouble or Receipt(staged.file, staged.file.size)


def _vanished(file: HandoverFile, transport: Transport, folder: str, handover: Handover) -> BridgeError:
    """Our temporary file was gone before the rename: somebody deleted it, or read it.

    A sign of it is left, for without one `settle_file` would take the absence for the ERP having read the placed file.
    """
    (there,) = transport.look([path_in(folder, file.name)])
    if there is not None:  # a repeated request of the server's own file system: the first one did it
        return RenameDoubtful(owner=transport.owner, name=file.name, what="the temporary name is gone")
    sign = path_in(folder, gone_name(file.name, file.attempt, handover.temporary))
    transport.write([Upload(b"", sign, 0)])
    return TemporaryVanished(owner=transport.owner, name=file.name)

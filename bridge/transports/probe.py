"""What `bridge check` tries on an endpoint's folders, with names of our own that are gone afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from bridge.domain.clock import Clock
from bridge.domain.errors import BridgeError, NameTaken
from bridge.domain.finding import Finding
from bridge.transports.base import RemoteFile, Transport, Upload, Written

LOOK_ENTRIES_MAX = 100_000


def folder_findings(transport: Transport, folders: Sequence[str]) -> list[Finding]:
    """One line for each folder: is it there, may we list it."""
    return [_folder_finding(transport, folder) for folder in folders]


def _folder_finding(transport: Transport, folder: str) -> Finding:
    what = f"folder {folder}"
    try:
        some = len(list(islice(transport.list(folder, LOOK_ENTRIES_MAX), 1000)))
    except BridgeError as error:
        return Finding(what, False, error.problem.message, error.problem.action)
    return Finding(what, True, f"there, with {some} files" if some < 1000 else "there, with 1,000 files or more")


def rename_finding(transport: Transport, folder: str, clock: Clock) -> Finding:
    """Write two files of our own, rename one onto the other: that must be refused and change nothing."""
    what = f"rename onto a taken name in {folder}"
    mark = clock().strftime("%Y%m%d%H%M%S%f")
    ours, taken = (f"{folder}/.erp-bridge-check-{mark}-{end}.tmp" for end in ("1", "2"))
    try:
        written = transport.write([Upload(b"ours", ours, 4), Upload(b"taken!", taken, 6)])
        for outcome in written:
            if not isinstance(outcome, Written):
                return Finding(what, False, outcome.problem.message, outcome.problem.action)
        (renamed,) = list(transport.rename([(ours, taken)]))
        (kept,) = transport.look([taken])
    finally:
        left = [error for error in transport.remove([ours, taken]) if error is not None]
    if left:
        return Finding(what, False, left[0].problem.message, left[0].problem.action)
    return _judged(what, renamed, kept)


def _judged(what: str, renamed: str | BridgeError, kept: RemoteFile | BridgeError | None) -> Finding:
    size = kept.size if isinstance(kept, RemoteFile) else None
    if isinstance(renamed, NameTaken) and size == 6:
        return Finding(what, True, "refused, and the file there was left alone")
    if isinstance(renamed, str) or size == 4:
        advice = (
            "Ask for a server whose rename refuses. Until then we look before each rename; let nobody else write there."
        )
        return Finding(what, False, "this server overwrites the file that is there", advice)
    return Finding(
        what, False, f"not certain: {renamed.problem.message}", "Let our account list and stat its own files."
    )

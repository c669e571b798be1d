"""What can go wrong with the archive, in business words."""

from __future__ import annotations

from bridge.domain.errors import EXIT_DAMAGED, Refused, Unavailable
from bridge.domain.problems import ProblemKind


class ArchiveUnavailable(Unavailable):
    """The archive's disk refused an operation. What was not acknowledged is repeated by the next pass."""

    kind = ProblemKind(
        code="archive-unavailable",
        title="The archive cannot be used: {reason}",
        message="The archive cannot be used: {reason} (while it had to {act}). Nothing is sent that is not archived.",
        action="Free space, or put right the folder's owner, rights and mount. It is tried again by itself.",
        cause="archive-unavailable",
        meaning="The disk of the archive is full, read-only, not mounted, or refuses our rights.",
        temporary=True,
    )


class ArchiveDamaged(Refused):
    """What is in the archive is not what was put there. Nothing was overwritten."""

    exit_code = EXIT_DAMAGED
    kind = ProblemKind(
        code="archive-damaged",
        title="{path} in the archive is damaged",
        message="{path} in the archive is damaged: {what}. Nothing was overwritten.",
        action="Run bridge archive verify, find out who changed it, and restore the file from the backup.",
        cause="archive-damaged:{path}",
        meaning="A file, record or index in the archive has other bytes than were put there, or is gone.",
    )


class ArchivePathRefused(Refused):
    """A path or name that would lead out of the archive, or that it does not use."""

    kind = ProblemKind(
        code="archive-path-refused",
        title="The archive does not take the name {name}",
        message="The archive does not take the name {name}: {why}.",
        action="Use a name without path signs or hidden parts, as docs/archive-format.md lists them.",
        cause="archive-path:{name}",
        meaning="A name for the archive has `..`, a link, or signs that its format does not allow.",
    )

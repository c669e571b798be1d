"""What can go wrong with an ERP's folders, in words for who has to act.

Unavailable: nothing happened, tried again. Refused: a person must act. Doubtful: sent, no answer: look first.
"""

from __future__ import annotations

from bridge.domain.errors import ConfigurationRefused, Doubtful, Refused, Unavailable
from bridge.domain.problems import ProblemKind


class ServerUnreachable(Unavailable):
    """No connection, or it was lost before we were logged in."""

    kind = ProblemKind(
        code="server-unreachable",
        title="The file server of {owner} cannot be reached",
        message="The file server of {owner} ({server}) cannot be reached: {what}.",
        action="Ask the owner of {owner}'s server whether it is up. Tried again by itself.",
        cause="server:{owner}",
        meaning="The connection could not be made, or it stopped answering while it was made.",
        temporary=True,
    )


class LineLost(Unavailable):
    """The connection died while something harmless was under way: nothing became visible."""

    kind = ProblemKind(
        code="line-lost",
        title="The connection to {owner} was lost",
        message="The connection to {owner} was lost: {what}. Nothing became visible to the ERP by it.",
        action="Nothing to do: tried again by itself. If it stays, ask who runs the line to {owner}.",
        cause="server:{owner}",
        meaning="The server closed the connection, or gave no answer within timeout_s.",
        temporary=True,
    )


class LoginRefused(Refused):
    """The server does not take the account's password or key."""

    kind = ProblemKind(
        code="login-refused",
        title="{owner} refuses our login",
        message="{owner}'s server {server} refuses the login of the configured account ({how}).",
        action="Check user and {how} at {place}, or ask the owner of {owner}'s server what changed.",
        cause="login:{owner}",
        meaning="User, password or private key is not (or no longer) accepted by the server.",
    )


class HostKeyUnknown(Refused):
    """The server shows a key that is not pinned. There is no switch that turns this off."""

    kind = ProblemKind(
        code="host-key-unknown",
        title="The server of {owner} shows an unknown host key",
        message="{server} of {owner} shows the host key {offered}; pinned is {pinned}. We did not log in.",
        action="Ask the owner of {owner}'s server for its key's fingerprint. If it is one of those shown, add it to "
        "host_keys at {place}.",
        cause="host-key:{owner}",
        meaning="The server's identity is not one that the configuration names: a changed key, or another machine.",
    )


class AlgorithmsRefused(Refused):
    """Server and we share no way to talk safely."""

    kind = ProblemKind(
        code="ssh-algorithms",
        title="The server of {owner} offers only outdated encryption",
        message="{server} of {owner} and erp-bridge have no common algorithm: {what}.",
        action="Ask the owner of {owner}'s server for an ed25519 host key, or RSA with SHA-2 signing, and for AES.",
        cause="ssh-algorithms:{owner}",
        meaning="The server offers only key, cipher or checksum algorithms that are no longer safe.",
    )


class SizeDiffers(Unavailable):
    """What the other side holds is not as long as what was sent or listed."""

    kind = ProblemKind(
        code="size-differs",
        title="{owner}'s server holds {name} with another size",
        message="{name} at {owner} has {found} bytes where {expected} were expected. It was not used.",
        action="If it stays, ask the owner of {owner}'s server about disk space and quota.",
        cause="size:{owner}/{name}",
        meaning="An upload was cut short, or a file to be read changed meanwhile.",
        temporary=True,
    )


class ServerFailed(Unavailable):
    """The server answered with a failure that names no reason (a full disk is the usual one)."""

    kind = ProblemKind(
        code="server-failed",
        title="{owner}'s server could not {verb} {name}",
        message="{owner}'s server could not {verb} {name} ({what}). A full disk or quota is the usual reason.",
        action="Ask the owner of {owner}'s server about disk space and quota. Tried again by itself.",
        cause="server-failed:{owner}",
        meaning="The server reported a failure while a file was written, closed, renamed, read or removed.",
        temporary=True,
    )


class OwnDiskFailed(Unavailable):
    """Our own disk failed while bytes were on their way."""

    kind = ProblemKind(
        code="own-disk-failed",
        title="erp-bridge's own disk failed while files were moved",
        message="erp-bridge's own disk failed at {name} of {owner}: {what}. Nothing became visible to the ERP by it.",
        action="Make room on the disk of the deployment folder, or have it repaired. Tried again by itself.",
        cause="own-disk",
        meaning="A file could not be read from the archive or written to the scratch folder.",
        temporary=True,
    )


class AccessRefused(Refused):
    """The account has no right to do this."""

    kind = ProblemKind(
        code="access-refused",
        title="{owner}'s server does not let us {verb} files",
        message="{owner}'s server does not let us {verb} {name}: permission denied.",
        action="Ask the owner of {owner}'s server to give our account this right in that folder.",
        cause="access:{owner}/{verb}",
        meaning="The server answered permission denied.",
    )


class LookRefused(Refused):
    """The server does not say whether a file is there."""

    kind = ProblemKind(
        code="look-refused",
        title="{owner}'s server does not let us look",
        message="{owner}'s server does not say whether {name} is there ({what}).",
        action="Ask the owner of {owner}'s server to let our account list and stat its own files.",
        cause="access:{owner}/look",
        meaning="The account may write but not look; what has no answer can then not be decided by looking.",
    )


class RenameDoubtful(Doubtful):
    """A rename was sent and its answer is missing or says nothing certain."""

    kind = ProblemKind(
        code="rename-doubtful",
        title="Whether {owner} got {name} is not known yet",
        message="The rename to {name} at {owner} has no certain answer ({what}). The next pass looks.",
        action="Nothing to do: the next pass looks where the file is.",
        cause="rename:{owner}/{name}",
        meaning="The line died, or the server gave an unclear answer, after the rename was sent.",
        temporary=True,
    )


class TemporaryVanished(Refused):
    """Our whole, verified file was gone before it could be renamed: it may have been read, so it is not sent again."""

    kind = ProblemKind(
        code="temporary-vanished",
        title="Somebody takes our temporary files at {owner}",
        message="{name} was written to {owner}'s folder and was gone before it became visible. It is not known whether "
        "the ERP read it.",
        action="Ask the owner of {owner}'s folder which job takes or deletes files that begin with a dot. "
        "Look in the ERP for the orders of this file, then: bridge files settle.",
        cause="temporary-vanished:{owner}",
        meaning="A clean-up job, or an import job that takes every name, took a file still being handed over.",
    )


class FolderAbsent(Unavailable):
    """The folder itself is not there: nothing can be concluded about its files (a share that is not mounted)."""

    kind = ProblemKind(
        code="folder-absent",
        title="The folder {name} of {owner} is not there",
        message="The folder {name} of {owner} is not there.",
        action="Mount the share, or create the folder, or correct it at {place}.",
        cause="folder:{owner}/{name}",
        meaning="An inbound or outbound folder does not exist; a share that is not mounted looks like that.",
        temporary=True,
    )


class FolderTooFull(Refused):
    """More entries than one look may read."""

    kind = ProblemKind(
        code="folder-too-full",
        title="The folder {name} of {owner} holds too many files",
        message="The folder {name} of {owner} holds more than {entries_max} files (entries_max).",
        action="Have old files moved away; erp-bridge moves what it has read to the taken folder.",
        cause="folder-too-full:{owner}/{name}",
        meaning="A listing stopped at its bound, so that a pass stays short.",
    )


class PathRefused(Refused):
    """A path would leave the endpoint's root, or passes through a link."""

    kind = ProblemKind(
        code="path-refused",
        title="{name} would leave the folder of {owner}",
        message="{name} would leave the folder of {owner}, or passes through a link ({what}). It was not touched.",
        action="Name real folders below the endpoint's root, at {place}.",
        cause="path:{owner}",
        meaning="A path with `..`, or through a symbolic link, is never followed.",
    )


class CannotRefuse(Refused):
    """The folder's file system has no way to rename without overwriting."""

    kind = ProblemKind(
        code="rename-cannot-refuse",
        title="The folder of {owner} cannot be used safely",
        message="The file system under {name} of {owner} has neither a rename that refuses nor hard links ({what}).",
        action="Mount the share with a file system that has one of them, or use sftp, at {place}.",
        cause="rename-cannot-refuse:{owner}",
        meaning="Without such a rename an existing file could be overwritten silently.",
    )


class TransportUnknown(ConfigurationRefused):
    """`type` names a transport that is not installed."""

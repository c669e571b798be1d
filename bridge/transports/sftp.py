"""The sftp transport: the verbs of `base.py` over one connection with many files under way.

Not here: what the verbs mean for a sealed file (handover.py), the packets (wire.py, packets.py), the steps for one
file (jobs.py), the login (connection.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from bridge.config.values import TransportSettings
from bridge.domain.clock import Clock
from bridge.domain.effects import effect
from bridge.domain.errors import BridgeError, Missing, NotSent
from bridge.domain.finding import Finding
from bridge.transports import jobs
from bridge.transports.base import Properties, RemoteFile, Upload, Written
from bridge.transports.connection import Line, connect
from bridge.transports.errors import AccessRefused, FolderTooFull, LineLost, LookRefused, RenameDoubtful, ServerFailed
from bridge.transports.options import SftpOptions, sftp_options
from bridge.transports.packets import Job, LineDied, T
from bridge.transports.probe import folder_findings, rename_finding
from bridge.transports.wire import Answer, Code, Handle, Names, Status

LOOKS_AT_ONCE = 512  # requests of some hundred bytes that open nothing on the other side


def open_transport(name: str, settings: TransportSettings, clock: Clock) -> Sftp:
    """The entry point `sftp`. Connects on enter. Raises ConfigurationRefused."""
    return Sftp(name, sftp_options(settings), clock)


class Sftp:
    """One endpoint's folders on an SFTP server. See base.Transport for what each verb promises."""

    def __init__(self, name: str, options: SftpOptions, clock: Clock) -> None:
        self._name = name
        self._options = options
        self._clock = clock
        self._line: Line | None = None
        self._refuses_existing: bool | None = None
        self._can_look = True  # until a look is refused

    def __enter__(self) -> Sftp:
        self._line = connect(self._options, self.owner)
        return self

    def __exit__(self, *exc: object) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    @property
    def owner(self) -> str:
        return self._name

    @property
    def properties(self) -> Properties:
        return Properties(self._refuses_existing, self._can_look, self._line.software if self._line else "")

    def write(self, uploads: Sequence[Upload]) -> Sequence[Written | BridgeError]:
        steps = [jobs.upload(upload, self.owner, self._options.place) for upload in uploads]
        return [self._or_lost(outcome) for outcome in self._run(steps)]

    def rename(self, pairs: Sequence[tuple[str, str]]) -> Iterator[str | BridgeError]:
        """One at a time: what follows a refused or unanswered rename must not have been sent."""
        stopped = False
        for old, new in pairs:
            if stopped:
                yield NotSent(name=_name(new))
                continue
            outcome = self._rename_one(old, new)
            stopped = isinstance(outcome, BridgeError)
            yield outcome

    def _rename_one(self, old: str, new: str) -> str | BridgeError:
        with effect("sftp.rename"):
            (outcome,) = self._run([jobs.rename(old, new, self.owner)])
        if isinstance(outcome, LineDied) and outcome.begun:
            return RenameDoubtful(owner=self.owner, name=_name(new), what=outcome.what)
        return self._or_lost(outcome)

    def look(self, paths: Sequence[str]) -> Sequence[RemoteFile | BridgeError | None]:
        outcomes = self._run([jobs.look(path, self.owner) for path in paths], LOOKS_AT_ONCE)
        self._can_look = self._can_look and not any(isinstance(outcome, LookRefused) for outcome in outcomes)
        return [self._or_lost(outcome) for outcome in outcomes]

    def digest(self, path: str, bytes_max: int) -> str | None:
        (outcome,) = self._run([jobs.digest(path, bytes_max)])
        return None if isinstance(outcome, LineDied) else outcome

    def list(self, folder: str, entries_max: int) -> Iterator[RemoteFile]:
        opened = self._answered(jobs.open_folder(folder))
        if not isinstance(opened, Handle):
            raise self._not_listed(folder, opened)
        try:
            yield from self._entries(folder, opened.handle, entries_max)
        finally:
            self._run([jobs.close(opened.handle)])

    def _entries(self, folder: str, handle: bytes, entries_max: int) -> Iterator[RemoteFile]:
        seen, ended = 0, False
        while not ended:
            for answer in self._answered(jobs.read_folder(handle)):
                if not isinstance(answer, Names):
                    ended = True
                    if answer != Status(Code.EOF):
                        raise ServerFailed(owner=self.owner, verb="list", name=folder, what=jobs.words(answer))
                    break
                for entry in answer.entries:
                    if not entry.is_plain_file or "/" in entry.name or entry.name in (".", ".."):
                        continue
                    seen += 1
                    if seen > entries_max:
                        raise FolderTooFull(owner=self.owner, name=folder, entries_max=entries_max)
                    size, modified_s = entry.attributes.size or 0, entry.attributes.modified_s
                    yield RemoteFile(str(PurePosixPath(folder) / entry.name), size, jobs.moment(modified_s))

    def _not_listed(self, folder: str, answer: Answer) -> BridgeError:
        if answer == Status(Code.NO_SUCH_FILE):
            return Missing(what=f"the folder {folder} of {self.owner}")
        if answer == Status(Code.PERMISSION_DENIED):
            return AccessRefused(owner=self.owner, verb="list", name=folder)
        return ServerFailed(owner=self.owner, verb="list", name=folder, what=jobs.words(answer))

    def fetch(self, files: Sequence[tuple[RemoteFile, Path]]) -> Sequence[int | BridgeError]:
        steps = [jobs.download(remote, local, self.owner) for remote, local in files]
        return [self._or_lost(outcome) for outcome in self._run(steps)]

    def remove(self, paths: Iterable[str]) -> Sequence[BridgeError | None]:
        steps = [jobs.remove(path, self.owner) for path in paths]
        with effect("sftp.remove"):
            return [self._or_lost(outcome) for outcome in self._run(steps, LOOKS_AT_ONCE)]

    def check(self, folders: Sequence[str]) -> Sequence[Finding]:
        """Works on the open connection, or makes one for the time of the check."""
        if self._line is None:
            try:
                with self:
                    return self.check(folders)
            except BridgeError as error:
                return [
                    Finding(f"connect to {self._options.server}", False, error.problem.message, error.problem.action)
                ]
        findings = [
            Finding(f"connect to {self._options.server}", True, f"logged in; the server is {self._line.software}"),
            Finding("host key", True, f"{self._line.host_key} is pinned at {self._options.place}"),
        ]
        findings += folder_findings(self, folders)
        if folders and all(finding.fine for finding in findings):
            probed = rename_finding(self, folders[0], self._clock)
            self._refuses_existing = probed.fine
            findings.append(probed)
        return findings

    def wake_paths(self) -> Sequence[str]:
        return ()

    def _run(self, steps: Sequence[Job[T]], width: int | None = None) -> Sequence[T | LineDied]:
        if self._line is None:
            return [LineDied("there is no connection", begun=False) for _ in steps]
        return self._line.session.run(steps, width or self._options.width)

    def _answered(self, step: Job[T]) -> T:
        (outcome,) = self._run([step])
        if isinstance(outcome, LineDied):
            raise LineLost(owner=self.owner, what=outcome.what)
        return outcome

    def _or_lost(self, outcome: T | LineDied) -> T | LineLost:
        return LineLost(owner=self.owner, what=outcome.what) if isinstance(outcome, LineDied) else outcome


def _name(path: str) -> str:
    return PurePosixPath(path).name

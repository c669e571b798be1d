"""A transport that another package brings: found by its entry point, held to the same contract, used the same way."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.config.values import TransportSettings
from bridge.testing.transports import Ground, TransportContract
from bridge.transports import installed_transports, open_transport
from tests.transports.moments import noon

# Written as its author would: of erp-bridge it knows base.py, the errors and nothing else.
PACKAGE = '''
"""A pigeonry: a folder whose files move by whole flights."""

import hashlib
import os
from pathlib import Path, PurePosixPath

from bridge.domain.errors import Missing, NameTaken, NotSent, Unavailable
from bridge.domain.finding import Finding
from bridge.domain.problems import ProblemKind
from bridge.transports.base import Properties, RemoteFile, Written


class Bad(Unavailable):
    kind = ProblemKind("pigeon", "{what}", "{what}", "Feed it.", "pigeon", "A pigeon had trouble.", True)


def roost(name, settings, clock):
    return Pigeonry(name, Path(settings.options["loft"]))


class Pigeonry:
    def __init__(self, owner, loft):
        self.owner, self.loft, self.refuses = owner, loft, None

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        pass

    @property
    def properties(self):
        return Properties(self.refuses, True, "pigeons")

    def write(self, uploads):
        return [self._write(upload) for upload in uploads]

    def _write(self, upload):
        content = upload.source if isinstance(upload.source, bytes) else upload.source.read_bytes()
        if len(content) != upload.size:
            return Bad(what=f"{upload.path} has another size")
        try:
            with (self.loft / upload.path).open("xb") as target:
                target.write(content)
        except FileExistsError:
            return NameTaken(name=upload.path, owner=self.owner)
        except FileNotFoundError:
            return Bad(what=f"no folder for {upload.path}")
        return Written(upload.path, len(content), True)

    def rename(self, pairs):
        stopped = False
        for old, new in pairs:
            outcome = NotSent(name=new) if stopped else self._rename(old, new)
            stopped = not isinstance(outcome, str)
            yield outcome

    def _rename(self, old, new):
        if not (self.loft / old).exists():
            return Missing(what=old)
        (self.loft / new).parent.mkdir(exist_ok=True)
        try:
            os.link(self.loft / old, self.loft / new)
        except FileExistsError:
            return NameTaken(name=new, owner=self.owner)
        (self.loft / old).unlink()
        return new

    def look(self, paths):
        return [self._look(path) for path in paths]

    def _look(self, path):
        there = self.loft / path
        return RemoteFile(path, there.stat().st_size, None) if there.exists() else None

    def digest(self, path, bytes_max):
        there = self.loft / path
        if not there.is_file() or there.stat().st_size > bytes_max:
            return None
        return hashlib.sha256(there.read_bytes()).hexdigest()

    def list(self, folder, entries_max):
        if not (self.loft / folder).is_dir():
            raise Missing(what=folder)
        files = [one for one in (self.loft / folder).iterdir() if one.is_file() and not one.is_symlink()]
        if len(files) > entries_max:
            raise Bad(what=f"more than {entries_max} files")
        yield from (RemoteFile(str(PurePosixPath(folder) / one.name), one.stat().st_size, None) for one in files)

    def fetch(self, files):
        return [self._fetch(remote, local) for remote, local in files]

    def _fetch(self, remote, local):
        if not (self.loft / remote.path).is_file():
            return Missing(what=remote.path)
        content = (self.loft / remote.path).read_bytes()[: remote.size]
        if len(content) != remote.size:
            return Bad(what=f"{len(content)} bytes where {remote.size} were expected")
        local.write_bytes(content)
        return len(content)

    def remove(self, paths):
        return [(self.loft / path).unlink(missing_ok=True) for path in paths]

    def check(self, folders):
        findings = [Finding(f"folder {one}", (self.loft / one).is_dir(), "looked", "Make it.") for one in folders]
        self.refuses = True
        return [*findings, Finding("rename", True, "a taken name is refused")]

    def wake_paths(self):
        return ()
'''


@pytest.fixture
def pigeons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The package, as an installer would have put it on the path."""
    site = tmp_path / "site"
    about = site / "pigeon_post-1.0.dist-info"
    about.mkdir(parents=True)
    (site / "pigeon_post.py").write_text(PACKAGE)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: pigeon-post\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[erp_bridge.transports]\npigeon = pigeon_post:roost\n")
    monkeypatch.syspath_prepend(str(site))
    yield
    sys.modules.pop("pigeon_post", None)


@pytest.mark.usefixtures("pigeons")
def test_a_brought_transport_is_listed_beside_ours() -> None:
    assert installed_transports() == ["local", "pigeon", "sftp"]


class TestABroughtTransport(TransportContract):
    @pytest.fixture
    def ground(self, tmp_path: Path, pigeons: None) -> Iterator[Ground]:
        loft = tmp_path / "loft"
        (loft / "inbound").mkdir(parents=True)
        settings = TransportSettings("pigeon", {"loft": str(loft)}, "bridge.toml:7", "inbound", None, None, None)
        with open_transport("acme", settings, noon) as transport:
            yield Ground(transport, "inbound", loft)

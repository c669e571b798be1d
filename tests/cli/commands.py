"""How the tests call the real command: in this process where that is enough, as a process of its own where it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from bridge.cli.main import app
from tests.world import World


@dataclass(frozen=True, slots=True)
class Said:
    """What a command left: its exit code and its two outputs."""

    exit_code: int
    out: str
    err: str

    def json(self) -> Any:
        """Its output as the one JSON document that it must be."""
        assert self.out, self.err
        return json.loads(self.out)


def called(folder: Path, *words: str, environ: dict[str, str] | None = None) -> Said:
    """`bridge WORDS --config FOLDER`, in this process."""
    told = CliRunner().invoke(app, [*words, "--config", str(folder)], env=environ or {}, catch_exceptions=False)
    return Said(told.exit_code, told.stdout, told.stderr)


def bridge(here: World, *words: str) -> Said:
    """The same in a world."""
    return called(here.folder, *words, environ=here.environ)


def as_process(*words: str, cwd: Path | None = None, environ: dict[str, str] | None = None) -> Said:
    """`bridge WORDS` as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bridge", *words],
        cwd=cwd,
        env={**os.environ, **(environ or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    return Said(done.returncode, done.stdout, done.stderr)

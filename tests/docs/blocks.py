"""The blocks of commands in our pages, and how a reader would run them: one after the other, in one shell."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUNNABLE = re.compile(r"^<!-- runnable -->\n```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE_BLOCK = re.compile(r"^<!-- file: (\S+) -->\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ENDS_WITH = re.compile(r"# ends with (\d+)")


def runnable_lines(page: str) -> list[str]:
    """The command lines of all runnable blocks of a page, in their order."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return [line for block in RUNNABLE.findall(text) for line in block.splitlines() if line.strip()]


def shown_files(page: str) -> dict[str, str]:
    """The files that a page shows whole, by the path under which a reader keeps them."""
    return dict(FILE_BLOCK.findall((ROOT / page).read_text(encoding="utf-8")))


def run_lines(lines: list[str], folder: Path) -> str:
    """Run them in the folder and give what they printed. Each must end with 0, or as its comment says."""
    for name in ("bin/bridge", ".venv/bin/bridge"):
        command = folder / name
        command.parent.mkdir(parents=True, exist_ok=True)
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m bridge "$@"\n', encoding="utf-8")
        command.chmod(0o755)
    script = []
    for line in lines:
        expected = ENDS_WITH.search(line)
        code = expected[1] if expected else "0"
        script.append(f"{line}\nended=$?; [ $ended -eq {code} ] || {{ echo 'UNEXPECTED '$ended; exit 99; }}")
    done = subprocess.run(
        ["bash", "-x", "-c", "\n".join(script)],
        cwd=folder,
        env={**os.environ, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout

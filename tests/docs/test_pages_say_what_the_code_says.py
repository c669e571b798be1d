"""The generated pages are what the code says, and the other pages name nothing that does not exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_generated_pages_are_current() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "generate.py"), "--check"], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr


def test_every_command_in_the_pages_exists() -> None:
    commands = set(re.findall(r"^## `bridge ([a-z -]+)`", (ROOT / "docs/commands.md").read_text(), re.MULTILINE))
    named = set()
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        for found in re.findall(r"(?:^|[`\s/])bridge ((?:[a-z-]+)(?: [a-z-]+)?)", page.read_text(), re.MULTILINE):
            first = found.split()[0]
            if any(command.split()[0] == first for command in commands):
                named.add(found)
    groups = {command.split()[0] for command in commands if " " in command}
    unknown = {
        one for one in named if one.split()[0] in groups and " ".join(one.split()[:2]) not in commands and " " in one
    }
    assert unknown == set()
    assert named


def test_every_link_between_the_pages_leads_somewhere() -> None:
    broken = []
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            if not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert broken == []

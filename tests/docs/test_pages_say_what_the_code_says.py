"""The generated pages are what the code says, and the other pages name nothing that does not exist."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
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


def test_every_link_to_a_part_of_a_page_finds_its_heading() -> None:
    broken = []
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))):
        for target, part in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", page.read_text()):
            led_to = (page.parent / target) if target else page
            headings = re.findall(r"^#+ (.*)$", led_to.read_text(), re.MULTILINE)
            if part not in {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}:
                broken.append(f"{page.relative_to(ROOT)}: {target}#{part}")
    assert broken == []


def test_every_piece_of_toml_can_be_copied_as_it_stands() -> None:
    broken = []
    for page in sorted((ROOT / "docs").glob("*.md")):
        for number, block in enumerate(
            re.findall(r"^```toml\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL), 1
        ):
            try:
                tomllib.loads(block)
            except tomllib.TOMLDecodeError as error:
                broken.append(f"{page.name}, piece {number}: {error}")
    assert broken == []

"""What a committed file may say: no path of one machine, no index address; and that nothing is built without a lock."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Iterator

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.style.source import ROOT

# Written in two parts, so that this file doesn't find itself.
MACHINE_PATHS = re.compile(
    r"(?<![\w./~-])/(?:wor" r"k|far" r"m|home/\w+|ro" r"ot)(?:/|\b)|shared/(?:hoo" r"ks|fac" r"ts)"
)
LOCKS = ("requirements.lock", "requirements-dev.lock")
TEXT_BYTES_MAX = 400_000
NAMED_ELSEWHERE = {"LICENSE", *LOCKS}


def committed_texts() -> Iterator[tuple[str, str]]:
    """Name and text of every file that git would commit, binary and very large ones left out."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached"], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if name in NAMED_ELSEWHERE or not path.is_file() or path.stat().st_size > TEXT_BYTES_MAX:
            continue
        content = path.read_bytes()
        if b"\0" not in content:
            yield name, content.decode("utf-8", errors="replace")


def test_no_file_names_a_path_of_one_machine() -> None:
    found = [
        f"{name}:{number} {line.strip()[:100]}"
        for name, text in committed_texts()
        for number, line in enumerate(text.splitlines(), start=1)
        if MACHINE_PATHS.search(line)
    ]
    assert found == []


def test_the_lock_files_name_no_index_and_hash_every_release() -> None:
    for lock in LOCKS:
        lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
        assert [
            line
            for line in lines
            if "://" in line or line.lstrip().startswith(("-i", "-f", "--i", "--f", "--e", "--t"))
        ] == []
        pinned = [number for number, line in enumerate(lines) if re.match(r"[A-Za-z0-9]", line)]
        assert pinned, lock
        assert [lines[number] for number in pinned if "==" not in lines[number]] == []
        assert [lines[number] for number in pinned if "--hash=sha256:" not in lines[number + 1]] == []


def test_the_lock_files_pin_all_that_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = project["project"]["dependencies"]
    asked_for_work = asked + project["project"]["optional-dependencies"]["dev"] + project["build-system"]["requires"]
    for lock, requirements in zip(LOCKS, (asked, asked_for_work), strict=True):
        pinned = _pinned(lock)
        for requirement in map(Requirement, requirements):
            version = pinned.get(canonicalize_name(requirement.name))
            assert version is not None, f"{lock} lacks {requirement.name}: run ci/lock"
            assert requirement.specifier.contains(version), f"{lock} pins {requirement.name} {version}: run ci/lock"


def test_tests_run_the_releases_that_users_run() -> None:
    for_users, for_work = (_pinned(lock) for lock in LOCKS)
    assert for_users.items() <= for_work.items()


def _pinned(lock: str) -> dict[str, str]:
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    pins = (re.match(r"([A-Za-z0-9._-]+)==(\S+)", line) for line in lines)
    return {canonicalize_name(pin[1]): pin[2] for pin in pins if pin}

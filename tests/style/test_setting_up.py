"""Setting up a machine: what is missing is installed as root, else the exact command is printed."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.style.source import ROOT

SCRIPT = ROOT / "ci" / "debian-packages"
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def run(tmp_path: Path, *purposes: str, user: int, **programs: str) -> subprocess.CompletedProcess[str]:
    """The script on a machine that has only these programs besides the shell."""
    for name, text in {"id": f"echo {user}", **programs}.items():
        path = tmp_path / name.replace("_", "-")
        path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        path.chmod(0o755)
    return subprocess.run(
        ["/bin/sh", SCRIPT, *purposes], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )


def test_without_root_the_command_is_printed_and_nothing_goes_on(tmp_path: Path) -> None:
    ended = run(tmp_path, "compose", "browser", user=1000, apt_get="echo must not run")
    assert ended.returncode == 1
    assert ended.stdout == ""
    install = "sudo apt-get install --no-install-recommends -y docker-compose chromium fonts-dejavu-core"
    assert ended.stderr.splitlines()[-1].strip() == f"sudo apt-get update && {install}"


def test_as_root_the_missing_packages_are_installed(tmp_path: Path) -> None:
    ended = run(tmp_path, "compose", user=0, apt_get='echo "apt-get $*"')
    assert ended.returncode == 0
    assert ended.stdout.splitlines() == [
        "Installing Debian packages: docker-compose",
        "apt-get update -q",
        "apt-get install -q --no-install-recommends -y docker-compose",
    ]


def test_a_machine_that_has_all_is_left_alone(tmp_path: Path) -> None:
    ended = run(tmp_path, "compose", "browser", user=1000, docker_compose="true", chromium="true")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_a_python_that_is_too_old_or_cannot_make_an_environment_is_missing(tmp_path: Path) -> None:
    ended = run(tmp_path, "python", user=1000, python3="exit 1")
    assert ended.returncode == 1
    assert ended.stderr.rstrip().endswith("-y python3 python3-venv")


def test_a_failed_installation_fails(tmp_path: Path) -> None:
    assert run(tmp_path, "compose", user=0, apt_get="exit 100").returncode == 100


def test_an_unknown_purpose_is_refused(tmp_path: Path) -> None:
    ended = run(tmp_path, "coffee", user=0)
    assert ended.returncode == 2
    assert "coffee is no purpose" in ended.stderr


@pytest.mark.parametrize("target", ["demo", "demo-live", "test", "lint", "bench", "clean"])
def test_make_has_the_promised_targets(target: str) -> None:
    assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)


def test_make_asks_the_script_only_for_purposes_that_it_knows() -> None:
    known = set(re.findall(r"^    (\w+)\)", SCRIPT.read_text(encoding="utf-8"), re.MULTILINE))
    asked = {
        purpose
        for line in re.findall(r"ci/debian-packages ([a-z ]+)$", MAKEFILE, re.MULTILINE)
        for purpose in line.split()
    }
    assert asked == {"python", "sftp", "postgres", "compose", "browser"}
    assert asked <= known

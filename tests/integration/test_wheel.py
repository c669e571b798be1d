"""The wheel, installed in an environment that holds nothing else, has all it needs: profiles, samples and the demo."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.style.source import ROOT

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("wheel"), pytest.mark.slow, pytest.mark.timeout(1800)]

SHIPPED = ("templates", "samples")
NOT_FOR_IT = ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE")
# One process for all profiles: each start of a command takes as long as ten of them.
TEST_PROFILES = """
import sys
from bridge.cli.main import app
sys.exit(max(app(["profile", "test", name], standalone_mode=False) or 0 for name in sys.argv[1:]))
"""


def run(*command: str | Path, cwd: Path) -> str:
    """What the command printed. Its environment knows nothing of this checkout."""
    environment = {name: value for name, value in os.environ.items() if name not in NOT_FOR_IT}
    ended = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )
    assert ended.returncode == 0, f"{command[0]} ended with {ended.returncode}: {ended.stdout}{ended.stderr}"
    return ended.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("erp_bridge-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    """The folder of commands of an environment with the locked dependencies and the wheel, and nothing else."""
    folder = wheel.parent / "empty"
    venv.create(folder, with_pip=True)
    pip = (folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile")
    run(*pip, "--require-hashes", "-r", ROOT / "requirements.lock", cwd=wheel.parent)
    run(*pip, "--no-deps", "--no-index", wheel, cwd=wheel.parent)
    return folder / "bin"


def test_the_wheel_holds_every_profile_and_sample_of_the_checkout(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as content:
        held = set(content.namelist())
    listed = subprocess.run(["git", "ls-files", "-z", *SHIPPED], cwd=ROOT, capture_output=True, check=True, text=True)
    committed = {f"bridge/{name}" for name in listed.stdout.split("\0") if name}
    assert len(committed) > 2
    assert sorted(committed - held) == []


def test_an_installed_bridge_finds_what_was_shipped_inside_itself(installed: Path, tmp_path: Path) -> None:
    code = "from bridge.config.shipped import *; print(templates_folder(), samples_folder(), sep='\\n')"
    found = run(installed / "python", "-c", code, cwd=tmp_path).split()
    assert [Path(path).relative_to(installed.parent).parts[-3:] for path in found] == [
        ("site-packages", "bridge", "templates"),
        ("site-packages", "bridge", "samples"),
    ]


def test_an_installed_bridge_renders_the_sample_of_each_built_in_profile(installed: Path, tmp_path: Path) -> None:
    profiles = sorted(path.parent.name for path in (ROOT / "templates").glob("*/profile.toml"))
    assert {"csv-orders", "ubl-order-2.1"} <= set(profiles)
    said = run(installed / "python", "-c", TEST_PROFILES, *profiles, cwd=tmp_path)
    assert [name for name in profiles if name not in said] == []


def test_an_installed_bridge_runs_the_demo(installed: Path, tmp_path: Path) -> None:
    run(installed / "bridge", "demo", "--folder", tmp_path / "demo", cwd=tmp_path)
    summary = json.loads((tmp_path / "demo" / "summary.json").read_text(encoding="utf-8"))
    assert summary["orders"] >= 60
    assert summary["erp_duplicates"] == 0
    assert summary["control_total_store"] == summary["control_total_erp"]

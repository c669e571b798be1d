"""docker-compose.yml and the Dockerfile: they are valid, and the command of each service does its work.

There is no Docker where the tests run. Each command is run as its container would run it, with the container's folders
replaced by the test's.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from bridge.config.values import TransportSettings
from bridge.transports import open_transport
from tests.integration.openssh import kept_port
from tests.style.source import ROOT

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]

WITHIN_S = 300.0
PROGRAMS = {
    "bridge": [sys.executable, "-m", "bridge"],
    "sftp-server-of-one-folder": [str(ROOT / "deploy" / "sftp-server")],
}
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def entry_point(target: str) -> str:
    """The program that a target of the Dockerfile starts."""
    stage = DOCKERFILE.split(f" AS {target}\n")[1].split("\nFROM ")[0]
    (line,) = re.findall(r"^ENTRYPOINT (\[.*\])$", stage, re.MULTILINE)
    (program,) = json.loads(line)
    return str(program)


def command_of(service: str, **replaced: str | Path) -> list[str]:
    """What the service runs, with the named arguments of its container replaced: `config` for `--config`, and so on."""
    settings = COMPOSE["services"][service]
    command = [str(part) for part in settings["command"]]
    for name, value in replaced.items():
        command[command.index(f"--{name}") + 1] = str(value)
    return [*PROGRAMS[entry_point(settings["build"]["target"])], *command]


@contextmanager
def running(command: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The command as a process, asked to end as Docker asks."""
    with log.open("wb") as out:
        started = subprocess.Popen(command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, cwd=log.parent)
        try:
            yield started
        finally:
            if started.poll() is None:
                started.send_signal(signal.SIGTERM)
            try:
                started.wait(60)
            except subprocess.TimeoutExpired:
                started.kill()
                started.wait()


def wait_until(happened: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    """Look until it happened. Fails with the log when the process ends first or the time is over."""
    deadline = time.monotonic() + WITHIN_S
    while not happened():
        assert process.poll() is None, f"it ended with {process.returncode}: {log.read_text()}"
        assert time.monotonic() < deadline, f"it did not happen in {WITHIN_S} s: {log.read_text()}"
        time.sleep(0.05)


@pytest.mark.parametrize("profile", ["single", "demo"])
def test_docker_compose_accepts_each_profile(profile: str) -> None:
    compose = shutil.which("docker-compose")
    assert compose, "docker-compose is not installed; run: ci/debian-packages compose"
    checked = subprocess.run(
        [compose, "--profile", profile, "config", "-q"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stderr) == (0, "")


def test_every_service_has_a_profile_and_a_target_of_the_dockerfile() -> None:
    targets = set(re.findall(r"^FROM \S+ AS (\S+)$", DOCKERFILE, re.MULTILINE))
    for name, service in COMPOSE["services"].items():
        assert set(service["profiles"]) <= {"single", "demo"}, name
        assert service["build"]["target"] in targets, name
        assert entry_point(service["build"]["target"]) in PROGRAMS, name


def test_the_dockerfile_copies_only_what_is_there_and_let_in() -> None:
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] == "!"}
    copied = [
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
        for source in line.split()[:-1]
    ]
    assert len(copied) > 5
    assert [source for source in copied if source.split("/")[0] not in let_in or not (ROOT / source).exists()] == []


def test_the_bridge_service_works_its_folder_and_stops_when_asked(tmp_path: Path) -> None:
    folder = tmp_path / "deployment"
    subprocess.run([*PROGRAMS["bridge"], "init", str(folder)], check=True, capture_output=True)
    for name in ("orders", "erp/in", "erp/out"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    health, log = folder / "state" / "health.json", tmp_path / "log"
    with running(command_of("bridge", config=folder), log) as process:
        wait_until(health.is_file, process, log)
        assert json.loads(health.read_text(encoding="utf-8"))["state"] == "running"
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0, log.read_text()
    assert json.loads(health.read_text(encoding="utf-8"))["state"] == "stopped"


def test_the_demo_service_shows_the_whole_way_and_stays(tmp_path: Path) -> None:
    summary, log = tmp_path / "world" / "summary.json", tmp_path / "log"
    with running(command_of("demo", folder=tmp_path / "world"), log) as process:
        wait_until(summary.is_file, process, log)
        assert json.loads(summary.read_text(encoding="utf-8"))["erp_duplicates"] == 0
        assert process.poll() is None


@pytest.fixture
def sftp_folder() -> Iterator[Path]:
    """A folder that sshd accepts for a chroot: as root, all folders above it belong to root alone."""
    folder = Path(tempfile.mkdtemp(prefix="erp-bridge-compose-", dir="/run" if os.geteuid() == 0 else None))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def listening(port: int, root: Path, state: Path, user: str) -> list[str]:
    """The command of the SFTP service, at a port of the loopback."""
    return [*command_of("sftp", root=root, state=state, user=user, port=str(port)), "--address", "127.0.0.1"]


def test_the_sftp_service_lets_the_key_in_and_shows_the_two_folders(sftp_folder: Path) -> None:
    state, log, key = sftp_folder / "state", sftp_folder / "log", sftp_folder / "key"
    state.mkdir()
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    (state / "authorized_keys").write_bytes(key.with_suffix(".pub").read_bytes())
    user = subprocess.run(["id", "-un"], check=True, capture_output=True, text=True).stdout.strip()
    with kept_port() as port, running(listening(port, sftp_folder / "root", state, user), log) as process:
        wait_until(lambda: b"Server listening" in log.read_bytes(), process, log)
        (pin,) = re.findall(r'host_keys = \["(SHA256:[^"]+)"\]', log.read_text())
        options = {"host": "127.0.0.1", "port": port, "user": user, "private_key": str(key), "host_keys": [pin]}
        settings = TransportSettings("sftp", options, "bridge.toml:7", "in", "out", None, None)
        (sftp_folder / "root" / "out" / "answer.xml").write_bytes(b"<answer/>")
        with open_transport("acme", settings, lambda: datetime.now(UTC)) as transport:
            assert [(one.path, one.size) for one in transport.list("out", 10)] == [("out/answer.xml", 9)]


def test_the_sftp_service_does_not_start_without_a_key_that_may_log_in(sftp_folder: Path) -> None:
    command = command_of("sftp", root=sftp_folder / "root", state=sftp_folder / "state", port="2222")
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 1
    assert "put the public key that may log in into authorized_keys" in ended.stderr

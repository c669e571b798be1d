"""The demo's world: a deployment folder, three simulators and the bridge, each a process of its own on a free port."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bridge.cli.child_process import child_process
from bridge.config.shipped import samples_folder
from bridge.domain.errors import Refused
from bridge.domain.problems import ProblemKind
from bridge.simulator.sftp.server import host_key

MARKER = ".erp-bridge-demo"
LOOPBACK = "127.0.0.1"
START_WITHIN_S = 120.0  # a machine under load; one that ended is not waited for
POLL_S = 0.1
KEY, SECRET = "ck_demo", "cs_demo"
USER, PASSWORD = "bridge", "demo"


class NotOurFolder(Refused):
    """The demo only starts afresh in a folder that an earlier demo made."""

    kind = ProblemKind(
        code="demo-folder",
        title="{folder} is not a demo folder",
        message="{folder} exists and was not made by the demo; nothing in it was touched.",
        action="Move it away, or name another folder: bridge demo --folder DIR.",
        cause="demo-folder",
        meaning="The demo starts afresh, so it only clears folders that bear its marker.",
    )


class DidNotStart(Refused):
    """One of the demo's processes ended or did not listen in time."""

    kind = ProblemKind(
        code="demo-start",
        title="{what} did not start",
        message="{what} did not start; its output is in {log}.",
        action="Read {log}.",
        cause="demo-start:{what}",
        meaning="A process of the demo ended early or did not listen in time.",
    )


@dataclass(frozen=True, slots=True)
class World:
    """Where the demo's parts are."""

    folder: Path
    store_port: int
    sftp_port: int
    kept_ports: tuple[socket.socket, ...]  # open until the servers are over, so that no other program is given them

    @property
    def store_url(self) -> str:
        return f"http://{LOOPBACK}:{self.store_port}"

    @property
    def store_database(self) -> Path:
        return self.folder / "world" / "store.sqlite"

    @property
    def erp_database(self) -> Path:
        return self.folder / "world" / "erp.sqlite"

    @property
    def sftp_root(self) -> Path:
        return self.folder / "world" / "sftp"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"


def fresh_world(folder: Path) -> World:
    """A new demo folder with bridge.toml, maps and empty ERP folders. Raises NotOurFolder."""
    if folder.exists():
        if any(folder.iterdir()) and not (folder / MARKER).is_file():
            raise NotOurFolder(folder=folder)
        shutil.rmtree(folder)
    store, sftp = kept_port(), kept_port()
    world = World(folder.resolve(), store.getsockname()[1], sftp.getsockname()[1], (store, sftp))
    for path in (world.sftp_root / "in", world.sftp_root / "out" / "taken", world.logs):
        path.mkdir(parents=True)
    (folder / MARKER).write_text("Made by `bridge demo`, which may delete this folder.\n", encoding="utf-8")
    sample = samples_folder() / "demo"
    shutil.copytree(sample / "maps", folder / "maps")
    fingerprint = host_key(folder / "world" / "host_key").fingerprint
    text = (sample / "bridge.toml").read_text(encoding="utf-8")
    for word, value in (
        ("STORE_URL", world.store_url),
        ("SFTP_PORT", str(world.sftp_port)),
        ("HOST_KEY", fingerprint),
    ):
        text = text.replace(f"@{word}@", value)
    (folder / "bridge.toml").write_text(text, encoding="utf-8")
    secrets = folder / "secrets"
    secrets.mkdir(mode=0o700)
    for name, value in (("consumer_key", KEY), ("consumer_secret", SECRET), ("sftp_password", PASSWORD)):
        (secrets / name).write_text(value + "\n", encoding="utf-8")
    return world


def kept_port() -> socket.socket:
    """A port at which a server that is told its number may listen; nobody else is given it while this is open."""
    kept = socket.socket()
    kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    kept.bind((LOOPBACK, 0))
    return kept


@contextmanager
def running(world: World, *, bridge: bool = True) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Store, SFTP server, ERP and bridge, stopped in reverse order at the end."""
    with ExitStack() as stack:
        for kept in world.kept_ports:
            stack.callback(kept.close)
        processes = {
            "store": stack.enter_context(process(world, "store", store_command(world))),
            "sftp": stack.enter_context(process(world, "sftp", sftp_command(world))),
            "erp": stack.enter_context(process(world, "erp", erp_command(world))),
        }
        listening(world, "store", processes["store"], world.store_port)
        listening(world, "sftp", processes["sftp"], world.sftp_port)
        if bridge:
            processes["bridge"] = stack.enter_context(process(world, "bridge", ["run", "--config", str(world.folder)]))
        yield processes


def store_command(world: World) -> list[str]:
    return [
        "simulate", "store", "--database", str(world.store_database), "--port", str(world.store_port),
        "--key", KEY, "--secret", SECRET, "--sample-orders",
    ]  # fmt: skip


def sftp_command(world: World) -> list[str]:
    return [
        "simulate", "sftp", "--root", str(world.sftp_root), "--port", str(world.sftp_port),
        "--user", USER, "--password-file", str(world.folder / "secrets" / "sftp_password"),
        "--host-key", str(world.folder / "world" / "host_key"),
    ]  # fmt: skip


def erp_command(world: World) -> list[str]:
    return [
        "simulate", "erp", "--inbound", str(world.sftp_root / "in"), "--outbound", str(world.sftp_root / "out"),
        "--database", str(world.erp_database), "--style", "ubl", "--refuse-article", "DISCONTINUED-1",
    ]  # fmt: skip


def process(world: World, name: str, arguments: Sequence[str]) -> AbstractContextManager[subprocess.Popen[bytes]]:
    """One `bridge` command as a process with its log."""
    return child_process([sys.executable, "-m", "bridge", *arguments], world.logs / f"{name}.log")


def listening(world: World, name: str, started: subprocess.Popen[bytes], port: int) -> None:
    """Wait until the process listens. Raises DidNotStart."""

    def answers() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex((LOOPBACK, port)) == 0

    if not wait_until(answers, START_WITHIN_S, alive=lambda: started.poll() is None):
        raise DidNotStart(what=f"The {name} simulator", log=world.logs / f"{name}.log")


def wait_until(true: Callable[[], bool], within_s: float, alive: Callable[[], bool] = lambda: True) -> bool:
    """Whether it became true in time, while what it depends on is alive."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline and alive():
        if true():
            return True
        time.sleep(POLL_S)
    return true()

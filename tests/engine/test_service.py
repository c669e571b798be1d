"""The service's loops: what wakes and what stops them, in the very moment in which they look."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from bridge.engine import Service
from bridge.engine.health import Health
from tests.world import world


class MetWake(threading.Event):
    """A wake-up that an act meets between the look at it and its being taken back.

    The service is stopped when it waits; noted is whether it would have waited its whole time.
    """

    def __init__(self, act: Callable[[], None], stop: Callable[[], None]) -> None:
        super().__init__()
        self._acts, self._stop = [act], stop
        self.waited_in_vain = False

    def is_set(self) -> bool:
        was_set = super().is_set()
        if self._acts:
            self._acts.pop()()
        return was_set

    def wait(self, timeout: float | None = None) -> bool:
        self.waited_in_vain = not super().is_set()
        self._stop()
        return True


def stopped(service: Service, _wake: MetWake) -> None:
    service.stop()


def changed(_service: Service, wake: MetWake) -> None:
    wake.set()


def waits_in_vain(folder: Path, meeting: Callable[[Service, MetWake], None], is_woken: bool = False) -> bool:
    """Whether the service waits after its first pass, where this met its look."""
    with world(folder, "csv") as here, here.site() as site:
        service = Service(site, Health(site.deployment.state_folder / "health.json", site.clock), "test")
        wake = MetWake(lambda: meeting(service, wake), service.stop)
        if is_woken:
            wake.set()
        service._wake["acme"] = wake
        service.run()
    return wake.waited_in_vain


def test_a_service_that_is_stopped_while_it_looks_whether_it_was_woken_ends_at_once(tmp_path: Path) -> None:
    assert not waits_in_vain(tmp_path / "asleep", stopped)
    assert not waits_in_vain(tmp_path / "woken", stopped, is_woken=True)


def test_a_folder_that_changes_while_the_service_looks_whether_it_was_woken_is_looked_at_soon(tmp_path: Path) -> None:
    assert not waits_in_vain(tmp_path / "w", changed)

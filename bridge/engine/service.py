"""`bridge run`: the same passes on schedule, woken early by folders, stopped gracefully.

One thread for each endpoint, so that one server's silence delays no other. A thread looks when a flow is due, when a
folder changed, or when the last pass moved something; losing a wake-up costs one interval, nothing else. The seam for
another driver is `run_one_pass`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import structlog

from bridge.config.values import EndpointSettings
from bridge.engine.health import Health
from bridge.engine.passes import PassOutcome, run_one_pass, tidy_daily
from bridge.engine.wake import FolderWatch
from bridge.flow.site import Site
from bridge.stores import open_store
from bridge.transports import open_transport

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 60.0  # at the ERP's folders, where no flow says that it is more urgent
SETTLE_AFTER_WAKE_S = 0.2  # lets a burst of folder events become one look


class Service:
    """Runs passes until told to stop. `stop` may be called from a signal handler."""

    def __init__(self, site: Site, health: Health, actor: str) -> None:
        self._site = site
        self._health = health
        self._actor = actor
        self._stopping = threading.Event()
        self._wake = {name: threading.Event() for name in site.deployment.endpoints}

    def stop(self) -> None:
        """Let each endpoint finish the batch in hand, then end."""
        self._stopping.set()
        for wake in self._wake.values():
            wake.set()

    def run(self) -> None:
        """Work until stopped. Every endpoint has its own thread; their ends are awaited."""
        threads = [
            threading.Thread(target=self._endpoint_loop, args=(endpoint,), name=f"endpoint-{endpoint.name}")
            for endpoint in self._site.deployment.endpoints.values()
        ]
        with FolderWatch(self._wake_paths(), self._wake):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self._health.stopped()

    def _endpoint_loop(self, endpoint: EndpointSettings) -> None:
        flows = self._site.flows_of(endpoint.name)
        due_at = dict.fromkeys((flow.name for flow in flows), 0.0)
        wake = self._wake[endpoint.name]
        look_every_s = min([LOOK_EVERY_S, *(float(flow.every_s) for flow in flows)])
        while not self._stopping.is_set():
            woken = wake.is_set()
            if woken:  # one that comes after this look stands for the next
                wake.clear()
            now = time.monotonic()
            due = {flow.name for flow in flows if woken or due_at[flow.name] <= now}
            outcome = self._pass(endpoint, due)
            for flow in flows:
                if flow.name in due:
                    due_at[flow.name] = time.monotonic() + flow.every_s
            self._health.passed(outcome)
            if not outcome.did_something:
                tidy_daily(self._site)
                self._wait(wake, look_every_s)

    def _pass(self, endpoint: EndpointSettings, due: set[str]) -> PassOutcome:
        return run_one_pass(self._site, endpoint, self._actor, lambda flow: flow.name in due, self._stopping.is_set)

    def _wait(self, wake: threading.Event, at_most_s: float) -> None:
        # `stop` sets its own sign first: one whose wake-up was just taken back is seen here
        if not self._stopping.is_set() and wake.wait(at_most_s):
            self._stopping.wait(SETTLE_AFTER_WAKE_S)

    def _wake_paths(self) -> Iterator[tuple[str, str]]:
        """(endpoint, local folder) pairs whose change means: look soon. Maps too: a mended map frees its orders."""
        site = self._site
        for endpoint in site.deployment.endpoints.values():
            yield endpoint.name, str(site.deployment.maps_folder)
            transport = open_transport(endpoint.name, endpoint.transport, site.clock)
            yield from ((endpoint.name, path) for path in transport.wake_paths())
            for name in {flow.store for flow in site.flows_of(endpoint.name)}:
                store = open_store(name, site.deployment.stores[name], site.clock)
                yield from ((endpoint.name, path) for path in store.wake_paths())
                store.close()

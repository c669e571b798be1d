"""Faults of a shop, its host and its network, on demand.

A fault is armed for requests that it matches, lets some pass if told so, fires a number of times, and is gone. Faults
live in memory: a restarted store is a healthy one.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum


class FaultKind(StrEnum):
    """What goes wrong. Those up to REDIRECT_AWAY answer in the shop's place; nothing is done in the shop."""

    WRONG_SECRET = "401-secret"  # woocommerce_rest_authentication_error
    NO_RIGHT = "401-right"  # woocommerce_rest_cannot_view: what an unknown key gets
    FORBIDDEN = "403-html"  # a security plugin or the host
    NO_ROUTE = "404-no-route"  # plugin or permalinks are off
    WAIT_SECONDS = "429-seconds"
    WAIT_DATE = "429-date"
    WAIT_SILENT = "429"  # without Retry-After
    BROKEN_JSON = "500-json"
    BROKEN_HTML = "500-html"
    BAD_GATEWAY = "502"
    MAINTENANCE = "503"
    GATEWAY_TIMEOUT = "504"
    HTML = "200-html"  # a maintenance or "checking your browser" page
    REDIRECT_HTTPS = "redirect-https"
    REDIRECT_AWAY = "redirect-away"
    RESET_BEFORE = "reset-before"  # connection reset; nothing was done
    STALL = "stall"  # no byte of an answer for `seconds`, then the line is cut; nothing was done
    # from here on the shop answers to what reaches it
    IGNORES = "ignores"  # a cache on the way, or an early version, takes no notice of the parameters in `names`
    STRIPS_KEY = "strips-key"  # the host takes the Authorization header away
    # from here on the shop has acted
    PHP_NOTICE = "php-notice"  # a warning before the JSON
    BOM = "bom"
    CUT = "cut"  # half a body under an honest Content-Length
    CUT_LYING = "cut-lying"  # half a body under the length of the whole, then the line is closed
    SLOW = "slow"  # a few bytes at a time, over `seconds`
    RESET_AFTER = "reset-after"  # the write was done, its answer never comes


ACTS_FIRST = frozenset(
    {FaultKind.PHP_NOTICE, FaultKind.BOM, FaultKind.CUT, FaultKind.CUT_LYING, FaultKind.SLOW, FaultKind.RESET_AFTER}
)
HEARS_HALF = frozenset({FaultKind.IGNORES, FaultKind.STRIPS_KEY})


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault.

    when: words that must all be in `METHOD path` ("PUT", "orders/12", "POST notes"); empty matches every request.
    times: how often it fires; below zero for ever. skip: how many matching requests pass before. seconds: the wait it
    names in Retry-After, the length of a stall or of a slow answer. names: parameters that are ignored, with blanks
    between.
    """

    kind: FaultKind | str
    when: str = ""
    times: int = 1
    skip: int = 0
    seconds: float = 2
    names: str = "page"

    def matches(self, method: str, path: str) -> bool:
        """Whether a request is meant."""
        request = f"{method} {path}"
        return all(word in request for word in self.when.split())


class ArmedFaults:
    """The faults that may still fire, in the order they were armed. Safe from many threads."""

    def __init__(self, faults: Sequence[Fault] = ()) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        for fault in faults:
            self.arm(fault)

    def arm(self, fault: Fault) -> None:
        """Add one. Raises ValueError for an unknown kind."""
        known = replace(fault, kind=FaultKind(fault.kind))
        with self._lock:
            self._faults.append(known)

    def clear(self) -> None:
        """The store is healthy again."""
        with self._lock:
            self._faults.clear()

    def armed(self) -> list[Fault]:
        """What may still fire."""
        with self._lock:
            return list(self._faults)

    def strike(self, method: str, path: str) -> Fault | None:
        """The fault that this request meets, counted."""
        with self._lock:
            for place, fault in enumerate(self._faults):
                if not fault.matches(method, path):
                    continue
                if fault.skip:
                    self._faults[place] = replace(fault, skip=fault.skip - 1)
                    continue
                if fault.times == 1:
                    del self._faults[place]
                else:
                    self._faults[place] = replace(fault, times=fault.times - 1)
                return fault
        return None

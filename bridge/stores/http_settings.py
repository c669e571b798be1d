"""The options that all shops behind HTTP have in common: address, bounds of an answer, and how they are polled."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from bridge.config.options import Options


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """How one shop is reached."""

    name: str
    url: str  # without a trailing slash
    connect_timeout_s: float
    read_timeout_s: float  # silence between two bytes
    answer_timeout_s: float  # a whole answer
    answer_bytes_max: int

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc


@dataclass(frozen=True, slots=True)
class PollSettings:
    """How one shop is polled."""

    per_page: int
    overlap_s: int  # changes may become visible that late: longest transaction of the shop, replica lag
    sweep_days: int  # orders of so many days are read again, for changes that move no modification time; 0: never
    sweep_every_h: int


def read_http_settings(name: str, options: Options) -> HttpSettings:
    """The checked options. Raises ConfigurationRefused naming the key, its place and what is allowed."""
    return HttpSettings(
        name=name,
        url=web_address(options, "url"),
        connect_timeout_s=options.seconds("connect_timeout_s", 10, least=0.1),
        read_timeout_s=options.seconds("read_timeout_s", 30, least=0.1),
        answer_timeout_s=options.seconds("answer_timeout_s", 120, least=0.1),
        answer_bytes_max=options.whole("answer_bytes_max", 64 * 2**20, least=1024, most=2**30),
    )


def read_poll_settings(
    options: Options, per_page: int, per_page_max: int, sweep_days: int = 14, sweep_every_h: int = 24
) -> PollSettings:
    """The checked options, with what is usual for the kind of shop."""
    return PollSettings(
        per_page=options.whole("per_page", per_page, least=1, most=per_page_max),
        overlap_s=options.whole("overlap_s", 300, least=1, most=86_400),
        sweep_days=options.whole("sweep_days", sweep_days, least=0, most=366),
        sweep_every_h=options.whole("sweep_every_h", sweep_every_h, least=1, most=8760),
    )


def web_address(options: Options, key: str) -> str:
    """https, or http to this machine only: the key travels in every request. Without a trailing slash."""
    url = options.text(key).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
        options.wrong(key, "is not a web address", "Write https://HOST, with the shop's folder if it has one.")
    elif parts.scheme == "http" and not _is_loopback(parts.hostname):
        options.wrong(key, "would send the key unprotected", "Use https; http is allowed to 127.0.0.1 only.")
    return url


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False  # a name: where it leads is not ours to believe

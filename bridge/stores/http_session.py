"""The kept connection to one shop: how often a question is sent again by itself, and whom it belongs to."""

from __future__ import annotations

import logging

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.util.retry import Retry

logging.getLogger("urllib3").addHandler(logging.NullHandler())  # what is asked again is no news to anybody
# Only what a connection broken at once explains; a shop that answers with trouble is left alone until the next pass.
READS_AGAIN = Retry(
    connect=2, read=1, status=0, redirect=0, other=0,
    allowed_methods=None, respect_retry_after_header=False, backoff_factor=0.1,
)  # fmt: skip
SENT_ONCE = Retry(0, redirect=0, respect_retry_after_header=False)

Auth = AuthBase | tuple[str, str] | None


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """None, so that redirects are left alone: requests would read the page of each to its end, however large."""


def kept_session(again: Retry, auth: Auth) -> requests.Session:
    """One session for all questions or all writes to a shop."""
    session = _Session()
    session.trust_env = False  # no proxy, .netrc or CA of the environment gets between us and the shop
    session.auth = auth
    session.headers.update({"Accept": "application/json", "User-Agent": "erp-bridge"})
    for scheme in ("http://", "https://"):
        session.mount(scheme, HTTPAdapter(max_retries=again, pool_maxsize=4))
    return session

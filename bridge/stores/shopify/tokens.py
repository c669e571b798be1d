"""The token that each request carries: one that stands in the configuration, or those that the app's credentials get.

Source: Shopify, "Client credentials grant": POST /admin/oauth/access_token as a form; the token lives 24 hours. It is
renewed before it ends, so that no request meets its end.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlencode

from bridge.domain.clock import Clock
from bridge.stores.exact_json import decoded
from bridge.stores.http import ShopHttp
from bridge.stores.shopify.settings import Access

PATH = "/admin/oauth/access_token"
RENEWED_BEFORE_ITS_END = timedelta(minutes=10)
LIVES_S_MAX = 86_400


class Tokens:
    """The token of one shop."""

    def __init__(self, http: ShopHttp, access: Access, clock: Clock) -> None:
        self._http = http
        self._access = access
        self._clock = clock
        self._granted = ""
        self._renew_at: datetime | None = None

    @property
    def can_be_renewed(self) -> bool:
        """Whether a refused token may be replaced by another one."""
        return self._access.token is None

    def headers(self) -> dict[str, str]:
        """What a request carries. Raises Unavailable or Refused when a new token is due and not to be had."""
        if self._access.token is not None:
            return {"X-Shopify-Access-Token": self._access.token.value}
        if self._renew_at is None or self._clock() >= self._renew_at:
            self._grant()
        return {"X-Shopify-Access-Token": self._granted}

    def forget(self) -> None:
        """The shop has refused the token before its time (uninstalled, rotated): the next request gets another."""
        self._renew_at = None

    def _grant(self) -> None:
        access = self._access
        if access.client_id is None or access.client_secret is None:  # the settings have seen to that
            return
        form = {
            "grant_type": "client_credentials",
            "client_id": access.client_id.value,
            "client_secret": access.client_secret.value,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        asked_at = self._clock()
        answer = self._http.ask(PATH, "get an access token", body=urlencode(form).encode(), headers=headers)
        try:
            told = decoded(self._http.json_text(answer))
        except ValueError as error:
            raise self._http.unreadable("it breaks off or is not JSON") from error
        token = told.get("access_token") if isinstance(told, dict) else None
        lives_s = told.get("expires_in") if isinstance(told, dict) else None
        if not isinstance(token, str) or not token:
            raise self._http.unreadable("it holds no access token")
        if isinstance(lives_s, bool) or not isinstance(lives_s, int) or not 0 < lives_s <= LIVES_S_MAX:
            lives_s = LIVES_S_MAX
        self._granted = token
        life = timedelta(seconds=lives_s)
        self._renew_at = asked_at + max(life - RENEWED_BEFORE_ITS_END, life / 2)

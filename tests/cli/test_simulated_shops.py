"""`bridge simulate store --kind ...`: the lines that it prints connect a bridge to the shop, and act on it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import requests

from bridge.cli.simulated_shops import Asked, Kind, Simulated, simulated
from bridge.config.starter import write_starter
from bridge.simulator.woocommerce.simulator import DEMO_KEY, DEMO_SECRET
from tests.cli.commands import Said, called

STORE = re.compile(r"\[stores\.shop\]\n.*?(?=# ---- ERP endpoints)", re.DOTALL)
OWN_CODES = "[flows.shop-erp.unmapped]\nsku = 'same'\ntax = 'same'\npayment = 'same'\nshipping = 'same'\n"


class Copied:
    """What a person copies from the screen: into the shell, into bridge.toml, and as commands."""

    def __init__(self, made: Simulated, folder: Path) -> None:
        lines = made.connection(made.shop.url)
        shell, toml, acts = (lines.index(head) for head in ("In the shell of bridge:", "In bridge.toml:", lines[-1]))
        self.environ = dict(line.removeprefix("export ").split("=", 1) for line in lines[shell + 1 : toml])
        self.acts = made.shop.commands()
        self.folder = folder / "shop-to-erp"
        write_starter(self.folder)
        file = self.folder / "bridge.toml"
        text = STORE.sub("\n".join([*lines[toml + 1 : acts], "", ""]), file.read_text(encoding="utf-8"))
        file.write_text(text.replace('mode = "test"', 'mode = "full"') + OWN_CODES, encoding="utf-8")

    def bridge(self, *words: str) -> Said:
        return called(self.folder, *words, environ=self.environ)

    def act(self, name: str, order_id: str = "") -> dict[str, Any]:
        """The curl line that ends in `/NAME`, before what it sends."""
        (line,) = (one for one in self.acts if re.search(rf"/{name}( |$)", one) and ("POST" in one or name == ""))
        words = shlex.split(line.replace("/ID/", f"/{order_id}/"))
        body = words[words.index("-d") + 1] if "-d" in words else None
        (url,) = (word for word in words if word.startswith("http"))
        answered = requests.post(url, data=body, timeout=20)
        assert answered.status_code == 200, answered.text
        found: dict[str, Any] = answered.json()
        return found


def made_of(kind: Kind, folder: Path, *, has_samples: bool = False) -> Simulated:
    return simulated(Asked(kind, folder / "shop.sqlite", ("127.0.0.1", 0), DEMO_KEY, DEMO_SECRET, "hpos", has_samples))


@pytest.mark.parametrize(
    ("kind", "armed"), [(kind, 400 if kind is Kind.SQL else 200) for kind in Kind], ids=lambda value: str(value)
)
def test_faults_are_printed_and_armed_where_they_strike(kind: Kind, armed: int, tmp_path: Path) -> None:
    """A bridge asks no web server of a shop that it reads in its database."""
    made = made_of(kind, tmp_path)
    with made.shop:
        assert any("/faults" in line for line in made.shop.commands()) == (armed == 200)
        answered = requests.post(f"{made.shop.url}/simulator/faults", data='{"kind":"503"}', timeout=20)
    assert answered.status_code == armed, answered.text
    if armed == 400:
        assert answered.json()["error"] == "faults strike a web server, and this shop is read in its database"
        assert not any("/faults" in line for line in answered.json()["commands"])


@pytest.mark.parametrize("kind", Kind)
def test_the_printed_lines_connect_a_bridge_and_act_on_the_shop(kind: Kind, tmp_path: Path) -> None:
    has_samples = kind is not Kind.WOOCOMMERCE  # its samples are those of the demo, and many
    made = made_of(kind, tmp_path, has_samples=has_samples)
    with made.shop:
        copied = Copied(made, tmp_path)
        checked = copied.bridge("check")
        assert (checked.exit_code, checked.out.strip().splitlines()[-1]) == (0, "Everything is fine."), checked.out
        placed = str(copied.act("orders")["id"])
        copied.act("pay", placed)
        done = copied.bridge("once")
        assert done.exit_code == 0, copied.bridge("exceptions", "list").out
        states = sorted(one["state"] for one in copied.bridge("orders", "list", "--json").json())
        assert states == (["delivered", "delivered", "skipped"] if has_samples else ["delivered"])
        (sent,) = (copied.folder / "erp" / "in").glob("*.csv")
        assert sent.name == "ORD_000001.csv"
        lines = [cells for row in sent.read_text().splitlines() if (cells := row.split(";"))[0] == "L"]
        assert lines and all(float(unit_net) for *_, unit_net in (cells[:9] for cells in lines))
        copied.act("edit", placed)
        copied.act("refund", placed)
        copied.act("cancel", placed)
        orders = requests.get(f"{made.shop.url}/simulator/orders", timeout=20).json()["orders"]
        assert str(orders[-1]["id"]) == placed

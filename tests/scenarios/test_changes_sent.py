"""Changed and cancelled orders that go to the ERP as files of their own: judged, numbered, delivered, answered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bridge.domain.errors import ConfigurationRefused
from tests.world import World, address, world

pytestmark = pytest.mark.scenario

SEND = 'changes = "send"\ncancellations = "send"'
PROFILE = """
format = "xml"
[file]
name = "ORD_{sequence:06}.xml"
[xml]
template = "order.xml.j2"
[handover]
checksum = "none"
[[answers.rules]]
style = "csv"
names = "{file}.log"
[answers.rules.verdicts]
ok = "accepted"
no = "rejected"
[answers.rules.csv]
heading = false
columns = { external_id = 1, verdict = 2, erp_number = 3, reason = 4 }
"""
ORDER = """<order id="{{ order.external_id }}">
{% for line in order.lines %}
<line no="{{ line.position }}" sku="{{ line.sku }}" quantity="{{ line.quantity }}"/>
{% endfor %}
</order>
"""
CHANGE = """<change id="{{ order.external_id }}" no="{{ order.change_number }}" of="{{ order.erp_number }}">
<city>{{ order.delivery.city }}</city>
{% for line in order.lines %}
<{{ line.action }} no="{{ line.position }}" sku="{{ line.sku }}" was="{{ line.previous_quantity }}" is="{{ line.quantity }}"/>
{% endfor %}
</change>
"""
CANCEL = """<cancel id="{{ order.external_id }}" no="{{ order.change_number }}" of="{{ order.erp_number }}"/>
"""


@contextmanager
def acme(folder: Path, flow: str = SEND, mode: str = "full", change: str = "delta") -> Iterator[World]:
    """A world whose ERP takes change and cancel files; the test itself answers for it."""
    with world(folder, mode=mode, flow=flow) as here:
        own = here.folder / "profiles" / "acme"
        own.mkdir(parents=True)
        overlay = '[file]\nname = "{name}_{{sequence:06}}.xml"\n[xml]\ntemplate = "{template}"\n'
        files = {
            "profile.toml": PROFILE,
            "profile.change.toml": f'change = "{change}"\n' + overlay.format(name="CHG", template="change.xml.j2"),
            "profile.cancel.toml": overlay.format(name="DEL", template="cancel.xml.j2"),
            "order.xml.j2": ORDER,
            "change.xml.j2": CHANGE,
            "cancel.xml.j2": CANCEL,
        }
        for name, text in files.items():
            (own / name).write_text(text, encoding="utf-8")
        here.edit_settings('profile = "ubl-order-2.1"', 'profile = "acme"')
        yield here


def answer(here: World, name: str, row: str) -> None:
    """The ERP answers a file by a log beside it."""
    here.outbound(f"{name}.log", f"{row}\n".encode())


def sent(here: World, name: str) -> str:
    """What a file in the ERP's folder says."""
    return (here.erp_root / "in" / name).read_text(encoding="utf-8")


def accepted_order(here: World, number: int = 10452) -> None:
    """An order that the ERP has as SO-1."""
    here.order_paid(number)
    here.run_pass()
    answer(here, "ORD_000001.xml", f"{number};ok;SO-1;")
    here.run_pass()


def test_a_changed_order_goes_as_a_change_file_with_the_next_number(tmp_path: Path) -> None:
    with acme(tmp_path / "w") as here:
        accepted_order(here)
        here.shop.edit(10452, billing=address(city="Poznań"))
        here.run_pass()
        assert here.inbound() == ["CHG_000002.xml", "ORD_000001.xml"]
        told = sent(here, "CHG_000002.xml")
        assert told.startswith('<change id="10452" no="1" of="SO-1">\n<city>Poznań</city>')
        assert "line" not in told  # only the address differs
        answer(here, "CHG_000002.xml", "10452;ok;SO-1;")
        here.run_pass()
        assert (here.open_exceptions(), here.states()) == ([], {"10452": "written_back"})
        assert here.shop.erp_numbers() == {"10452": "SO-1"}
        assert here.damage() == []


def test_a_flow_that_says_nothing_sends_no_change(tmp_path: Path) -> None:
    with acme(tmp_path / "w", flow="") as here:
        accepted_order(here)
        here.shop.edit(10452, billing=address(city="Poznań"))
        here.run_pass()
        assert (here.codes(), here.file_numbers()) == (["changed-after-export"], [1])


def test_a_flow_that_sends_what_its_profile_has_no_file_for_is_refused_at_load(tmp_path: Path) -> None:
    with world(tmp_path / "w", style="csv", flow='changes = "send"') as here:
        with pytest.raises(ConfigurationRefused, match=r"changes = .send., but the profile csv-orders has no"):
            here.run_pass()

"""Each built-in profile the whole way: two orders paid and taken, one accepted, one refused or left out, numbers home.

Those with answers of many kinds have scenarios of their own beside this one: UBL, Peppol, X12, IDoc, csv-orders.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bridge.config.shipped import templates_folder
from bridge.profiles.loader import profile_names
from tests.world import World, toml, world

pytestmark = pytest.mark.scenario


@dataclass(frozen=True, slots=True)
class Way:
    """What an installation sets, how the ERP answers two orders, and where that leaves them."""

    files: list[str]
    parameters: dict[str, str] = field(default_factory=dict)
    answers: Callable[[World], None] | None = None
    register: bytes = b""
    numbers: dict[str, str] = field(default_factory=lambda: {"10452": "SO-1"})
    second: str = "rejected"
    codes: tuple[str, ...] = ("rejected",)
    currency: str = "EUR"


def answering(*files: tuple[str, bytes]) -> Callable[[World], None]:
    """The ERP puts these files into the answer folder."""

    def answer(here: World) -> None:
        for name, content in files:
            here.outbound(name, content)

    return answer


def row(*places: tuple[int, str]) -> str:
    """A row with texts at places from 1."""
    text = ""
    for at, word in places:
        text = text.ljust(at - 1) + word
    return text


FIXED = "\r\n".join(
    [row((1, "H20261124")), row((1, "R10452"), (22, "OK"), (24, "SO-1")), row((1, "R10453"), (22, "ER"), (36, "E201"))]
)
# In EBCDIC, records of 80 bytes one after the other without line ends.
AS400 = "".join(
    record.ljust(80)
    for record in (row((1, "R10452"), (22, "OK"), (24, "SO-1")), row((1, "R10453"), (22, "ER"), (36, "E201")))
)
SAGE = b"Import\n10452: order SO-1 created\n10453: rejected, line 1, Product 40017 : record does not exist\n"


def as400(here: World) -> None:
    """The answer in the code page of the machine, which the bridge has made known by now."""
    here.outbound("W0000001.ANS", AS400.encode("cp870"))


UNB = "UNB+UNOA:3+ACME:14+SHOP:14+261125:0910+{0}'{1}UNZ+{2}+{0}'"
ORDRSP = "UNH+{0}+ORDRSP:D:96A:UN:EAN008'BGM+231+{1}+{2}'RFF+ON:{3}'UNT+4+{0}'"


def edifact(here: World) -> None:
    """CONTRL, then ORDRSP of both orders in one interchange."""
    contrl = "UNH+1+CONTRL:D:3:UN'UCI+1+SHOP:14+ACME:14+7'UNT+3+1'"
    here.outbound("1.edi", UNB.format(1, contrl, 1).encode())
    here.run_pass()
    assert here.states() == {"10452": "delivered", "10453": "delivered"}
    responses = ORDRSP.format(1, "SO-1", 29, 10452) + ORDRSP.format(2, "R-2", 27, 10453)
    here.outbound("2.edi", UNB.format(2, responses, 2).encode())


def moved(here: World) -> None:
    """The job queue moves both documents."""
    for folder, name in (("archive", "SO_00000001.xml"), ("error", "SO_00000002.xml")):
        (here.erp_root / "in" / folder).mkdir(exist_ok=True)
        (here.erp_root / "in" / name).rename(here.erp_root / "in" / folder / name)


def opentrans(here: World) -> None:
    """The sample answers, for our orders."""
    for number, name in ((10452, "response-accepted.xml"), (10453, "response-rejected.xml")):
        content = (templates_folder() / "opentrans-2.1" / "sample" / name).read_bytes()
        here.outbound(name, content.replace(b">10452<", f">{number}<".encode()).replace(b"AB-2026-0815", b"SO-1"))


WAYS = {
    "odoo-csv": Way(
        ["sale_order_000001.csv"],
        {"customer": "web.shop", "currency": "EUR"},
        register=b"id,name,client_order_ref\nweborder_10452,SO-1,10452\n",
        second="delivered",
        codes=(),
    ),
    "subiekt-epp": Way(
        ["ZK_000001.epp"],
        {"currency": "EUR"},
        register=b"numer_zamowienia;numer_zk;kontrahent\r\n10452;SO-1;Ada\r\n",
        second="delivered",
        codes=(),
    ),
    "tryton-csv": Way(
        ["sale_000001.csv", "sale_000002.csv"],
        {"customer": "Web", "currency": "EUR"},
        register=b"reference,number,party\n10452,SO-1,Web\n",
        second="delivered",
        codes=(),
    ),
    "fixed-width": Way(["W0000001.TXT"], answers=answering(("W0000001.ANS", FIXED.encode("cp1250")))),
    "fixed-width as400": Way(
        ["W0000001.TXT"],
        {"form": "as400", "code_page": "cp870"},
        answers=as400,
    ),
    "comarch-optima-xml": Way(
        ["RO_000001.xml", "RO_000002.xml"],
        {"warehouse": "MAGAZYN"},
        register=b"external_id;numer_pelny\r\n10452;SO-1\r\n",
        second="delivered",
        codes=(),
        currency="PLN",
    ),
    "sage-x3-soh": Way(
        ["SOH000001.csv"],
        {"site": "FR011", "shipping_site": "FR011", "customer": "WEB01"},
        answers=answering(("SOH000001.log", SAGE)),
    ),
    "edifact-orders-d96a": Way(
        ["ORDERS_000001.edi"], {"sender": "SHOP", "receiver": "ACME", "syntax": "UNOD"}, answers=edifact
    ),
    "business-central-xml": Way(
        ["SO_00000001.xml", "SO_00000002.xml"],
        {"customer": "WEB", "other_no": "8400", "local_currency": "EUR"},
        answers=moved,
        register=b"No;External_Document_No\r\nSO-1;10452\r\n",
    ),
    "opentrans-2.1": Way(
        ["ORDER_000001.xml", "ORDER_000002.xml"],
        {"supplier": "10000735", "buyer": "123456"},
        answers=opentrans,
        codes=("accepted-with-changes", "rejected"),
    ),
}


# What has answers of many kinds, and the file that walks it.
ELSEWHERE = {
    "ubl-order-2.1": "test_the_whole_way.py",
    "csv-orders": "test_the_whole_way.py",
    "peppol-order-3": "test_peppol.py",
    "sap-idoc-orders05": "test_sap_idoc.py",
    "x12-850": "test_x12.py",
}


def test_every_built_in_profile_is_walked_the_whole_way() -> None:
    assert {name.split()[0] for name in WAYS} | set(ELSEWHERE) == set(profile_names(None))
    assert all((Path(__file__).parent / file).is_file() for file in ELSEWHERE.values())


@pytest.mark.parametrize("name", WAYS)
def test_two_orders_the_whole_way(name: str, tmp_path: Path) -> None:
    way = WAYS[name]
    with world(tmp_path / "w", register=bool(way.register)) as here:
        parameters = f"[endpoints.acme.parameters]\n{toml(way.parameters)}" if way.parameters else ""
        here.edit_settings('profile = "ubl-order-2.1"\n', f'profile = "{name.split()[0]}"\n{parameters}')
        here.edit_map("sku", "@shipping,SHIP")
        payments = "store_method,erp_method\nstripe,10\n"
        (here.folder / "maps" / "payment.csv").write_text(payments, encoding="utf-8")
        if way.register:
            (here.erp_root / "register.csv").write_bytes(way.register.splitlines(keepends=True)[0])
        here.order_paid(10452, currency=way.currency)
        here.order_paid(10453, currency=way.currency)
        here.run_pass()
        assert [one for one in here.inbound() if one in way.files] == way.files, here.inbound()
        if way.answers:
            way.answers(here)
        if way.register:
            (here.erp_root / "register.csv").write_bytes(way.register)
        for _ in range(2):
            here.run_pass()
            here.later(minutes=2)
        assert here.shop.erp_numbers() == way.numbers
        assert here.states() == {"10452": "written_back", "10453": way.second}
        assert sorted(here.codes()) == list(way.codes)
        assert here.damage() == []


def test_a_receipt_for_another_senders_interchange_of_the_same_number_says_nothing_of_ours(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        parameters = toml(WAYS["edifact-orders-d96a"].parameters)
        settings = f'profile = "edifact-orders-d96a"\n[endpoints.acme.parameters]\n{parameters}'
        here.edit_settings('profile = "ubl-order-2.1"\n', settings)
        (here.folder / "maps" / "payment.csv").write_text("store_method,erp_method\nstripe,10\n", encoding="utf-8")
        here.order_paid(10452)
        here.run_pass()
        contrl = "UNH+1+CONTRL:D:3:UN'UCI+1+{sender}:14+ACME:14+4+12'UNT+3+1'"
        here.outbound("1.edi", UNB.format(1, contrl.format(sender="OTHER"), 1).encode())
        here.run_pass()
        assert (here.states(), here.codes()) == ({"10452": "delivered"}, ["answer-names-no-order"])
        here.outbound("2.edi", UNB.format(2, contrl.format(sender="shop"), 1).encode())
        here.run_pass()
        assert here.states() == {"10452": "rejected"}

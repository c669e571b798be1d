"""Orders to SAP: one file of two IDocs, and what STATUS, ALEAUD and ORDRSP do to each, joined in both ways."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.readers.idoc_orders import disagreements, misplaced, order_of
from tests.readers.idoc_xml import read_idocs
from tests.world import World, world

pytestmark = pytest.mark.scenario


@contextmanager
def sap(folder: Path, **parameters: str) -> Iterator[World]:
    """A world whose ERP is SAP; the test itself answers for it."""
    lines = "".join(f'{name} = "{value}"\n' for name, value in parameters.items())
    with world(folder) as here:
        here.edit_settings(
            'profile = "ubl-order-2.1"\n',
            f'profile = "sap-idoc-orders05"\n[endpoints.acme.parameters]\nsold_to = "100200"\n{lines}',
        )
        (here.folder / "maps" / "shipping.csv").write_text("store_method,erp_method\nflat_rate,02\n", encoding="utf-8")
        (here.folder / "maps" / "payment.csv").write_text("store_method,erp_method\nstripe,ZB01\n", encoding="utf-8")
        yield here


def answer(here: World, name: str, root: str, message: str, segments: str) -> None:
    """SAP's file port writes an answer, which is taken when it has rested for a minute."""
    control = f'<EDI_DC40 SEGMENT="1"><TABNAM>EDI_DC40</TABNAM><MESTYP>{message}</MESTYP></EDI_DC40>'
    here.outbound(name, f'<{root}><IDOC BEGIN="1">{control}{segments}</IDOC></{root}>'.encode())
    here.run_pass()
    here.later(minutes=2)
    here.run_pass()


def status(number: str, **more: str) -> str:
    return segment("E1STATS", {"STATUS": number, "REFINT": "1", **more})


def segment(name: str, fields: Mapping[str, str], below: str = "") -> str:
    texts = "".join(f"<{key}>{value}</{key}>" for key, value in fields.items())
    return f'<{name} SEGMENT="1">{texts}{below}</{name}>'


def two_orders(here: World) -> None:
    here.order_paid(10452)
    here.order_paid(10453)
    here.run_pass()
    idocs = read_idocs((here.erp_root / "in" / "O_000001.xml").read_bytes())
    assert [list(misplaced(one)) for one in idocs] == [[], []]
    assert [list(disagreements(order_of(one))) for one in idocs] == [[], []]
    assert [order_of(one)["external_id"] for one in idocs] == ["10452", "10453"]
    assert here.states() == {"10452": "delivered", "10453": "delivered"}


def test_a_rejection_for_now_is_overruled_when_sap_posts_the_same_idoc(tmp_path: Path) -> None:
    with sap(tmp_path / "w") as here:
        two_orders(here)
        answer(here, "1.xml", "SYSTAT01", "STATUS", status("64", ARCKEY="10452"))
        assert here.states() == {"10452": "delivered", "10453": "delivered"}
        answer(here, "2.xml", "SYSTAT01", "STATUS", status("51", ARCKEY="10452", STATXT="Material 40017 is locked"))
        assert here.states() == {"10452": "rejected", "10453": "delivered"}
        assert here.codes() == ["rejected"]
        told = {"STATXT": "&amp; &amp; has been saved", "STACOD": "SAPV1311", "STAPA1": "Order", "STAPA2": "0000004711"}
        answer(here, "3.xml", "SYSTAT01", "STATUS", status("53", ARCKEY="10452", **told))
        assert here.states() == {"10452": "written_back", "10453": "delivered"}
        assert here.shop.erp_numbers() == {"10452": "4711"}
        assert here.codes() == []
        assert here.damage() == []


def test_an_audit_tells_each_order_by_the_number_that_we_gave(tmp_path: Path) -> None:
    with sap(tmp_path / "w", join="docnum") as here:
        two_orders(here)
        number = segment("E1PRTOB", {"OBJTYPE": "BUS2032", "OBJKEY": "0000004712"})
        posted = segment("E1STATE", {"DOCNUM": "0000000001000002", "STATUS": "53"}, number)
        failed = segment("E1STATE", {"DOCNUM": "0000000001000001", "STATUS": "51", "STATXT": "No price"})
        answer(here, "1.xml", "ALEAUD01", "ALEAUD", segment("E1ADHDR", {"MESTYP": "ORDERS"}, posted + failed))
        assert here.states() == {"10452": "rejected", "10453": "written_back"}
        assert here.shop.erp_numbers() == {"10453": "4712"}
        assert here.codes() == ["rejected"]


def test_what_sap_changed_is_written_back_and_shown(tmp_path: Path) -> None:
    with sap(tmp_path / "w") as here:
        two_orders(here)
        references = segment("E1EDK02", {"QUALF": "001", "BELNR": "10453"})
        references += segment("E1EDK02", {"QUALF": "002", "BELNR": "0000004713"})
        schedule = segment("E1EDP20", {"WMENG": "1.000", "EDATU": "20261201"})
        item = segment("E1EDP01", {"POSEX": "1", "ACTION": "004", "MENGE": "2.000"}, schedule)
        answer(here, "1.xml", "ORDERS05", "ORDRSP", references + item)
        assert here.states() == {"10452": "delivered", "10453": "written_back"}
        assert here.shop.erp_numbers() == {"10453": "4713"}
        assert here.codes() == ["accepted-with-changes"]

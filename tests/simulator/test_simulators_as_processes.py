"""Store and ERP as processes of their own: they end when asked, and live on after a kill."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import requests

from bridge.simulator.erp.simulator import ErpSimulator
from tests.simulator.erp_files import hand_over, ubl_order

RUN_STORE = """
from pathlib import Path
from bridge.simulator.woocommerce.sample_orders import demo_orders
from bridge.simulator.shops.running import run_shop
from bridge.simulator.woocommerce.simulator import WooCommerceSimulator
shop = WooCommerceSimulator(Path({database!r}), key="ck_test", secret="cs_test")
shop.fill(demo_orders())
run_shop(shop)
"""
RUN_ERP = """
from pathlib import Path
from bridge.simulator.erp.simulator import run_erp
run_erp(Path({inbound!r}), Path({outbound!r}), Path({database!r}), "ubl", register=Path({register!r}), every_s=0.001)
"""
CHECKOUT = Path(__file__).parents[2]


@contextmanager
def process(code: str) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    started = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=CHECKOUT, env=environment
    )
    try:
        yield started
    finally:
        started.kill()
        started.wait()
        assert started.stdout is not None
        started.stdout.close()


def until(true: Callable[[], bool], within_s: float = 60) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if true():
            return True
    return False


def first_line(started: subprocess.Popen[str]) -> str:
    assert started.stdout is not None
    return started.stdout.readline()


def holds_documents(erp: ErpSimulator, least: int) -> bool:
    return len(erp.documents()) >= least


def test_a_store_process_serves_its_samples_and_ends_when_asked(tmp_path: Path) -> None:
    code = RUN_STORE.format(database=str(tmp_path / "shop.sqlite"))
    with process(code) as store:
        found = re.search(r"http://127\.0\.0\.1:\d+", first_line(store))
        assert found is not None
        url = found[0]
        auth = ("ck_test", "cs_test")
        listed = requests.get(f"{url}/wp-json/wc/v3/orders", auth=auth, timeout=60)
        assert listed.headers["X-WP-Total"] == "64"
        requests.post(f"{url}/simulator/orders/10421/pay", timeout=60)
        store.send_signal(signal.SIGTERM)
        assert store.wait(60) == 0
    with process(code) as store:
        found = re.search(r"http://127\.0\.0\.1:\d+", first_line(store))
        assert found is not None
        paid = requests.get(f"{found[0]}/wp-json/wc/v3/orders/10421", auth=auth, timeout=60).json()
        assert paid["status"] == "processing"


def test_an_erp_killed_again_and_again_books_everything_once(tmp_path: Path) -> None:
    inbound, outbound = tmp_path / "in", tmp_path / "out"
    database, register = tmp_path / "erp.sqlite", tmp_path / "register.csv"
    code = RUN_ERP.format(inbound=str(inbound), outbound=str(outbound), database=str(database), register=str(register))
    reader = ErpSimulator(inbound, outbound, database)
    dice = random.Random(7)
    number = 0
    for _ in range(4):
        with process(code) as erp:
            first_line(erp)
            for _ in range(15):
                number += 1
                hand_over(inbound, f"ORD_{number:06}.xml", ubl_order(f"web-{number}"))
            assert until(partial(holds_documents, reader, number - dice.randint(1, 14)))
            erp.send_signal(signal.SIGKILL)
            erp.wait()
    with process(code) as erp:
        first_line(erp)
        assert until(lambda: len(list(outbound.glob("RESP_*.xml"))) == number)
        assert until(lambda: reader.inbound_names() == [])
        erp.send_signal(signal.SIGTERM)
        assert erp.wait(60) == 0
    assert reader.external_ids() == [f"web-{n}" for n in range(1, number + 1)]
    assert reader.file_numbers() == list(range(1, number + 1))
    assert (reader.complaints(), reader.duplicates()) == ([], [])
    assert len(register.read_text(encoding="utf-8").splitlines()) == number + 1
    reader.close()

"""The day's report in a real Chromium: readable on a desk and on a phone, and it asks nobody for anything."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bridge.domain.clock import business_day
from bridge.reports import daily_report, write_report
from tests.world import World, world

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

DESK, PHONE = 1280, 390
# The page in a frame of the wanted width (a window of Chromium's own can't be as narrow as a phone), and what it draws.
LOOK = """<!doctype html><body style="margin:0">
<iframe id="page" style="border:0;width:%dpx;height:900px" srcdoc="%s"></iframe>
<script>
addEventListener("load", () => {
  const drawn = document.getElementById("page").contentWindow;
  const seen = {
    text: drawn.document.body.innerText, window: drawn.innerWidth, page: drawn.document.documentElement.scrollWidth,
    loaded: drawn.performance.getEntriesByType("resource").map(one => one.name),
  };
  const out = document.createElement("pre");
  out.id = "seen";
  out.textContent = JSON.stringify(seen);
  document.body.append(out);
});
</script></body>"""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the browser drew."""

    text: str
    window: int
    page: int
    loaded: list[str]


def looked_at(page: Path, width: int, profile: Path) -> Seen:
    """Open the page as if on a screen of this width."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    assert chromium, "needs Chromium: ci/debian-packages browser"
    framed = profile.with_suffix(".html")
    framed.write_text(LOOK % (width, html.escape(page.read_text(encoding="utf-8"))), encoding="utf-8")
    done = subprocess.run(
        [
            chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
            "--disable-component-update", "--no-first-run", "--hide-scrollbars", f"--user-data-dir={profile}",
            "--window-size=1280,900", "--virtual-time-budget=2000", "--dump-dom", framed.as_uri(),
        ],
        capture_output=True, text=True, check=False, timeout=280,
    )  # fmt: skip
    found = re.search(r'<pre id="seen">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found, done.stderr[-2000:]
    return Seen(**json.loads(html.unescape(found[1])))


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A day with an accepted, a held, a skipped and a changed order, and one with a very long word."""
    with world(tmp_path_factory.mktemp("report") / "w") as made:
        made.order_paid(10452)
        made.go_round()
        made.order_paid(10453, sku="NO-SUCH")
        made.order_paid(10454, sku="LONG-" + "X" * 70)
        made.order_paid(10455, status="pending", date_paid_gmt=None)
        made.shop.edit(10452, customer_note="Please on Friday", billing={"city": "Poznań"})
        made.later(minutes=10)
        made.go_round()
        yield made


@pytest.fixture(scope="module")
def page(here: World) -> Path:
    with here.site() as site:
        report = daily_report(site, business_day(site.clock(), site.deployment.timezone))
        return write_report(site, report)["html"]


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_the_verdict_and_each_reason_are_seen_and_nothing_runs_out_of_the_page(
    page: Path, width: int, tmp_path: Path
) -> None:
    seen = looked_at(page, width, tmp_path / "profile")
    assert seen.window == width
    assert seen.page <= width, f"{seen.page - width} pixels run out of the page"
    text = " ".join(seen.text.split())
    for words in (
        "3 things need you; 2 orders wait.",
        "Missing SKU mapping for NO-SUCH",
        "Add NO-SUCH to maps/sku.csv.",
        "Not paid yet; it goes as soon as the store says that it is.",
        "Order 10452 was changed in the store after it was sent",
        "10453",
    ):
        assert words in text, words
    assert seen.loaded == []


def test_the_page_names_no_buyer(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert [word for word in ("Ada", "Długa", "Poznań", "ada@example.com", "48500100200") if word in text] == []

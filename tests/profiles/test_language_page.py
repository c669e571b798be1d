"""docs/profile-language.md shows a profile that loads, and every key that it names exists."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from bridge.profiles import test_profile as prove
from bridge.profiles.samples import Sample
from bridge.profiles.settings import XmlAnswerSettings
from bridge.profiles.settings_page import page
from tests.profiles.making import csv_profile, file_of, made, sent

DOCS = Path(__file__).resolve().parents[2] / "docs"


def blocks() -> list[str]:
    return re.findall(r"```toml\n(.*?)```", (DOCS / "profile-language.md").read_text("utf-8"), re.DOTALL)


def block_with(words: str) -> str:
    (found,) = [block for block in blocks()[1:] if words in block]
    return found


def test_the_answers_of_the_page_that_are_no_documents_load(tmp_path: Path) -> None:
    profile = csv_profile(tmp_path, more=block_with('style = "vanished"'))
    assert profile.answers is not None
    assert [rule.style for rule in profile.answers.rules] == ["sibling", "lines", "moved", "vanished"]


def test_the_whole_profile_of_the_page_loads_and_renders(tmp_path: Path) -> None:
    profile = made(tmp_path, blocks()[0])
    order = sent(
        profile, {"delivery.street": "Aleja Niepodległości \u2013 budynek tylny", "lines.3": None, "lines.2": None}
    )
    assert file_of(profile, order).decode("cp1250").split("\r\n") == [
        "ORDER;DATE;CUSTOMER;MAIL;STREET1;STREET2;ARTICLE;QUANTITY;NET;VAT",
        "10452;20.11.2026;Anna Nowak;anna@example.com;Aleja Niepodległości - budynek;tylny;ABC-123;2,000;200,00;23",
        "10452;20.11.2026;Anna Nowak;anna@example.com;Aleja Niepodległości - budynek;tylny;007;5,000;50,00;23",
        "",
    ]
    assert [finding.what for finding in prove(profile) if not finding.fine] == ["sample"]


def test_the_example_of_plain_text_loads_and_renders(tmp_path: Path) -> None:
    page = (DOCS / "profile-language.md").read_text("utf-8")
    (template,) = re.findall(r"```\n(\[ORDER\].*?)```", page, re.DOTALL)
    file = '[file]\nname = "{sequence:06}.txt"\n'
    profile = made(tmp_path, block_with("[text]") + file, {"order.txt.j2": template})
    content = file_of(
        profile, sent(profile, {"customer_note": "Ring | twice\nplease", "lines.3": None, "lines.2": None})
    )
    assert content.decode().split("\n") == [
        "[ORDER]", "ID=10452", "NOTE=Ring / twice please", "LINE=1|ABC-123|2|200.00", "LINE=2|007|5|50.00", "",
    ]  # fmt: skip


def test_the_examples_of_fixed_width_make_one_profile(tmp_path: Path) -> None:
    head = 'format = "fixed"\n[file]\nname = "{sequence:06}.TXT"\nencoding = "cp870"\n[characters]\nnewline = "blank"\n'
    tail = """
[[fixed.records]]
each = "end"
columns = [
  { heading = "PIECES", width = 9, value = "file.control.pieces", form = "money", places = 3, decimals = "implied" },
  { heading = "ARTICLES", width = 10, value = "file.control.articles" },
]
"""
    profile = made(tmp_path, head + block_with("[[control]]") + block_with("[fixed]") + tail)
    order = sent(profile, {"lines.3": None, "lines.2": None})
    content = file_of(profile, order).decode("cp870")
    assert [record.rstrip() for record in content.split("\n")] == [
        "K10452               1261120000000030135",
        "L0000200001000002000",
        "L0000300001000005000",
        "0000070000000000130",
        "",
    ]


def test_the_other_examples_of_the_page_are_right() -> None:
    answers, sample = block_with("[answers.rules.xml]"), block_with("[[answers.means]]")
    xml = tomllib.loads(f"[[answers.rules]]\n{answers}")["answers"]["rules"][0]["xml"]
    assert XmlAnswerSettings.model_validate(xml).verdict == "cbc:AcceptedIndicator"
    (said,) = Sample.model_validate(tomllib.loads(sample)).answers
    assert [meaning.erp_number for meaning in said.means] == ["SO-1001"]


def test_the_page_of_keys_is_current() -> None:
    assert (DOCS / "profile-keys.md").read_text("utf-8") == page()

"""`bridge profile new` and `learn`: a first profile that loads, renders, proves itself, and keeps nobody's data."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.domain.errors import ConfigurationRefused
from bridge.profiles import Profile, load_profile
from bridge.profiles import test_profile as prove
from bridge.profiles.drafting import STARTERS, learned_profile, new_profile
from tests.profiles.making import file_of, sent

ROWS = (
    "NrZamowienia;Data;Waluta;ImieNazwisko;Ulica;Kod;Miasto;Kraj;Lp;Symbol;Nazwa;Ilosc;CenaNetto;WartoscNetto;KST\r\n"
    "Z/1;03.11.2026;PLN;Jan Żółw;Łódzka 4;01-234;Łódź;PL;1;ABC-1;Kubek;2,000;10,50;21,00;4711\r\n"
    "Z/1;03.11.2026;PLN;Jan Żółw;Łódzka 4;01-234;Łódź;PL;2;ABC-2;Miska;1,000;5,00;5,00;4711\r\n"
)
XML = """<?xml version="1.0" encoding="UTF-8"?>
<Orders xmlns="urn:acme:orders" xmlns:x="urn:acme:flags"><Order type="SO"><OrderNo>WEB-77</OrderNo>
<OrderDate>2026-11-03</OrderDate><ShipTo><Name>Jan Kowalski</Name><Street>Polna 7</Street><City>Warszawa</City></ShipTo>
<Lines><Line no="1"><ItemNo>ABC</ItemNo><Qty>2.000</Qty><x:Flag>Y</x:Flag></Line>
<Line no="2"><ItemNo>DEF</ItemNo><Qty>1.000</Qty><x:Flag>Y</x:Flag></Line></Lines>
<Remarks>Ring at Kowalski</Remarks><Total>26.00</Total></Order></Orders>
"""


def learned(tmp_path: Path, content: bytes, name: str) -> tuple[Profile, str]:
    """The profile drafted from a sample, and the text of all its files but the sample's."""
    sample = tmp_path / name
    sample.write_bytes(content)
    place = learned_profile(sample, "acme", tmp_path / "profiles")
    texts = [path.read_text("utf-8") for path in sorted(place.iterdir()) if path.is_file()]
    return load_profile("acme", tmp_path / "profiles"), "\n".join(texts)


def unfine(profile: Profile) -> list[str]:
    return [finding.detail for finding in prove(profile) if not finding.fine]


@pytest.mark.parametrize("kind", STARTERS)
def test_a_starter_loads_and_proves_itself(kind: str, tmp_path: Path) -> None:
    new_profile("acme", kind, tmp_path)
    assert unfine(load_profile("acme", tmp_path)) == []


def test_rows_are_learned_with_encoding_separators_forms_and_fields(tmp_path: Path) -> None:
    profile, text = learned(tmp_path, ROWS.encode("cp1250"), "ZAM_20261103_0042.csv")
    file, csv = profile.settings.file, profile.settings.csv
    assert csv is not None
    assert (file.name, file.encoding, file.line_end) == ("ZAM_{day:YYYYMMDD}_{sequence:04}.csv", "cp1250", "crlf")
    assert (csv.delimiter, csv.heading_row, csv.decimal_comma, csv.date) == (";", True, True, "DD.MM.YYYY")
    order = sent(profile, {"lines.3": None, "lines.2": None})
    heading, first, *_ = file_of(profile, order).decode("cp1250").split("\r\n")
    assert heading == ROWS.split("\r\n", 1)[0]
    assert (
        first
        == "10452;20.11.2026;PLN;Anna Nowak;Lipowa 12;00-001;Warszawa;PL;1;ABC-123;Kettle;2,000;100,00;200,00;4711"
    )
    assert unfine(profile) == []
    assert "REVIEW" in text


def test_no_person_of_the_sample_is_kept(tmp_path: Path) -> None:
    for name, content in (("a.csv", ROWS.encode("cp1250")), ("b.xml", XML.encode())):
        folder = tmp_path / name
        folder.mkdir()
        _, text = learned(folder, content, name)
        for word in ("Kowalski", "Żółw", "Polna", "Łódzka", "Z/1", "WEB-77", "Ring"):
            assert word not in text


def test_xml_is_learned_as_a_skeleton_with_one_loop_over_lines(tmp_path: Path) -> None:
    profile, _ = learned(tmp_path, XML.encode(), "order-77.xml")
    content = file_of(profile, sent(profile)).decode()
    assert '<Orders xmlns="urn:acme:orders" xmlns:x="urn:acme:flags">\n  <Order type="SO">' in content
    assert "<OrderNo>10452</OrderNo>\n" in content
    assert "<Street>Lipowa 12</Street>" in content
    assert content.count("<Lines>") == 1
    assert content.count("<x:Flag>Y</x:Flag>") == len(sent(profile)["lines"])
    assert '<Line no="1">' in content
    assert unfine(profile) == []


def test_rows_of_several_kinds_are_told_apart_by_their_code(tmp_path: Path) -> None:
    rows = b"F|20261103\nH|1001|PLN\nL|1|ABC|2.000\nL|2|DEF|1.000\nH|1002|PLN\nL|1|ABC|1.000\nT|2|3\n"
    profile, _ = learned(tmp_path, rows, "orders.txt")
    csv = profile.settings.csv
    assert csv is not None
    assert [(record.each, record.columns[0].text) for record in csv.records] == [
        ("file", "F"),
        ("order", "H"),
        ("line", "L"),
        ("end", "T"),
    ]
    assert (csv.delimiter, csv.heading_row) == ("|", False)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250", "iso8859-2"])
def test_the_encoding_is_found_by_its_letters(encoding: str, tmp_path: Path) -> None:
    profile, _ = learned(tmp_path, ROWS.encode(encoding), "a.csv")
    assert "Łódź".encode(profile.encoding) == "Łódź".encode(encoding.removesuffix("-sig"))
    assert profile.settings.file.byte_order_mark is (encoding == "utf-8-sig")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "is empty"),
        (b"a\x00b;c\x00", "holds NUL bytes"),
        (b"one line without fields", "has no rows with fields"),
        (b"<a><b></a>", "is not well-formed XML"),
        (b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>', "document type declaration"),
        (b"<a>" * 60 + b"</a>" * 60, "is nested deeper"),
    ],
)
def test_a_sample_that_cannot_be_read_is_refused_and_leaves_nothing(content: bytes, what: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationRefused, match=what):
        learned(tmp_path, content, "sample")
    assert list((tmp_path / "profiles").glob("*")) == []


def test_a_folder_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    new_profile("acme", "csv", tmp_path)
    before = (tmp_path / "acme" / "profile.toml").read_bytes()
    (tmp_path / "sample.csv").write_bytes(ROWS.encode())
    with pytest.raises(ConfigurationRefused, match="there is a folder of this name"):
        new_profile("acme", "xml", tmp_path)
    with pytest.raises(ConfigurationRefused, match="there is a folder of this name"):
        learned_profile(tmp_path / "sample.csv", "acme", tmp_path)
    assert (tmp_path / "acme" / "profile.toml").read_bytes() == before


@pytest.mark.parametrize("name", ["../acme", "Acme", ".acme", "a/b", ""])
def test_a_name_that_is_no_folder_of_a_profile_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationRefused, match="no name for a profile"):
        new_profile(name, "csv", tmp_path)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_xml_in_utf_16_is_learned(encoding: str, tmp_path: Path) -> None:
    content = ("\ufeff" + XML.replace("UTF-8", "UTF-16")).encode(encoding)
    profile, text = learned(tmp_path, content, "order_7.xml")
    file = profile.settings.file
    assert (file.encoding, file.byte_order_mark) == (encoding, True)
    assert "<OrderNo>{{ order.external_id }}</OrderNo>" in text
    rendered = file_of(profile, sent(profile))
    assert rendered[:2] == content[:2]
    assert rendered.decode("utf-16").startswith('<?xml version="1.0" encoding="UTF-16"?>')
    assert unfine(profile) == []


def test_rows_in_utf_16_are_learned(tmp_path: Path) -> None:
    profile, _ = learned(tmp_path, ("\ufeff" + ROWS).encode("utf-16-le"), "rows_7.csv")
    assert (profile.settings.file.encoding, profile.settings.file.byte_order_mark) == ("utf-16-le", True)
    assert file_of(profile, sent(profile)).decode("utf-16").startswith("NrZamowienia;Data;")
    assert unfine(profile) == []


def test_rows_that_end_with_a_return_alone_are_learned_and_said_to_do_so(tmp_path: Path) -> None:
    profile, text = learned(tmp_path, ROWS.replace("\r\n", "\r").encode("cp1250"), "rows_7.csv")
    assert 'line_end = "lf"  # REVIEW: the sample\'s lines end with CR alone' in text
    assert profile.settings.csv is not None
    assert len(profile.settings.csv.records[0].columns) == 15


@pytest.mark.parametrize(
    "rows",
    [
        "Kowalski;Jan;Krucza;Lublin\nNowak;Anna;Polna;Radom\n",
        "Kowalski;Jan;Krucza;Lublin\nNowak;Anna;Polna;12\n",
        "pending;Kowalski Jan;express\npaid;Nowak Anna;post\n",
    ],
)
def test_a_first_row_of_names_is_no_heading_and_is_not_kept(rows: str, tmp_path: Path) -> None:
    profile, text = learned(tmp_path, rows.encode(), "people_7.csv")
    assert profile.settings.csv is not None
    assert profile.settings.csv.heading_row is False
    assert "Kowalski" not in text and "Jan" not in text
    assert 'heading = "field 1"' in text


@pytest.mark.parametrize(
    "rows", ["FOO;BAR;BAZ\n1;2026-11-03;x\n", "Order;Strange\nA;b\n"], ids=["values below", "a known word"]
)
def test_a_first_row_of_words_is_a_heading_where_something_tells_so(rows: str, tmp_path: Path) -> None:
    profile, text = learned(tmp_path, rows.encode(), "rows_7.csv")
    assert profile.settings.csv is not None
    assert profile.settings.csv.heading_row is True
    assert f'heading = "{rows.partition(";")[0]}"' in text


SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples" / "formats"


def test_no_public_sample_makes_learning_break(tmp_path: Path) -> None:
    """Each is learned, or refused with words. Where the samples are not beside the repository there is none to try."""
    kinds = (".xml", ".csv", ".txt", ".edi", ".x12", ".edifact")
    for number, sample in enumerate(path for path in sorted(SAMPLES.rglob("*")) if path.suffix.lower() in kinds):
        if sample.stat().st_size > 200_000:
            continue
        try:
            learned_profile(sample, f"p{number}", tmp_path)
        except ConfigurationRefused as refused:
            assert refused.problem.message
        else:
            assert load_profile(f"p{number}", tmp_path).limits

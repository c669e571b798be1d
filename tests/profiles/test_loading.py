"""What a person who writes a profile is told: every mistake with file, line, what is allowed and what was meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.domain.errors import ConfigurationRefused
from bridge.profiles import Installation, ProfileRefused, load_profile, profile_names
from tests.profiles.making import CSV, TEMPLATE, XML, csv_profile, file_of, made, sent, xml_profile

GOOD_CSV = CSV.replace("ENCODING", "utf-8")


def refused(folder: Path, settings: str, files: dict[str, str] | None = None) -> list[tuple[str, str]]:
    with pytest.raises(ProfileRefused) as caught:
        made(folder, settings, files)
    return [(mistake.place.rpartition("/")[2], mistake.what) for mistake in caught.value.mistakes]


def test_the_built_in_profiles_are_found_by_the_same_loader() -> None:
    assert {"csv-orders", "ubl-order-2.1"} <= set(profile_names(None))
    assert load_profile("csv-orders", None).orders_per_file_max == 500
    ubl = load_profile("ubl-order-2.1", None)
    assert (ubl.orders_per_file_max, ubl.batchable, ubl.extension, ubl.sequence_last) == (1, False, ".xml", 999_999)


def test_an_own_profile_of_the_same_name_goes_first(tmp_path: Path) -> None:
    made(tmp_path, GOOD_CSV, name="csv-orders")
    assert load_profile("csv-orders", tmp_path).orders_per_file_max == 1
    assert load_profile("csv-orders", tmp_path).digest != load_profile("csv-orders", None).digest


def test_an_own_profile_needs_no_python(tmp_path: Path) -> None:
    profile = csv_profile(tmp_path)
    assert file_of(profile, sent(profile)) == b"10452;;301.35\n"


def test_the_digest_changes_with_any_byte_and_any_name(tmp_path: Path) -> None:
    first = xml_profile(tmp_path / "one")
    assert xml_profile(tmp_path / "two").digest == first.digest
    assert xml_profile(tmp_path / "three", TEMPLATE + " ").digest != first.digest
    assert made(tmp_path / "four", XML, {"order.xml.j2": TEMPLATE, "note.txt": ""}).digest != first.digest
    assert sorted(first.files()) == ["order.xml.j2", "profile.toml"]


def test_an_unknown_profile_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationRefused) as caught:
        load_profile("csv-order", tmp_path)
    assert "did you mean csv-orders?" in caught.value.problem.message
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("name", ["../csv-orders", "", ".hidden", "A B", "x" * 65])
def test_a_name_that_is_no_folder_name_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationRefused, match="no such profile"):
        load_profile(name, tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ('encoding = "utf-8"', 'encodng = "utf-8"', 5, "unknown key file.encodng; did you mean encoding?"),
        ('encoding = "utf-8"', 'encoding = "utf-9"', 5, "file.encoding 'utf-9' is not known"),
        ('encoding = "utf-8"', 'encoding = "utf-16"', 5, "file.encoding 'utf-16' cannot be written piece by piece"),
        ('"csv"', '"cvs"', 1, "format = 'cvs' is not known; did you mean csv?"),
        ("O{sequence:04}.csv", "orders.csv", 4, "{sequence} is missing"),
        ("O{sequence:04}.csv", "in/{sequence:04}", 4, "only the letters A-Z"),
        ('each = "order"', 'each = "ordr"', 11, "is not known; did you mean order?"),
        ('"external_id"', '"external_idd"', 13, "external_idd is no field"),
        ('"external_id"', '"line.sku"', 13, "is not there in a record that is written for each order"),
        ('form = "money"', 'form = "monny"', 15, "did you mean money?"),
        ('value = "customer_note"', 'date = "YYYY"', 14, "needs exactly one of value, text, join and first_of"),
        ('"customer_note"', '"customer_note", form = "money"', 14, "customer_note is text, which has no form money"),
        ('"customer_note"', '"lines", form = "text"', 14, "lines is list, which has no form text"),
        ('"customer_note"', '"extra"', 14, "extra is named, which has no form count"),
        ('delimiter = ";"', 'delimiter = ";;"', 8, "at most 1 character"),
        ('delimiter = ";"', "delimiter = '\"'", 7, "the same character"),
    ],
)
def test_a_mistake_is_shown_with_its_line(old: str, new: str, line: int, what: str, tmp_path: Path) -> None:
    assert old in GOOD_CSV
    ((place, said),) = refused(tmp_path, GOOD_CSV.replace(old, new, 1))
    assert place == f"profile.toml:{line}"
    assert what in said


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ('delimiter = ";"', "delimiter = ;", 8, 'Invalid value; a text stands in quotes, "like this"'),
        ('delimiter = ";"', "delimiter = \u201c;\u201d", 8, 'it has typographic quotes, write "'),
        ('delimiter = ";"', "heading_row = True", 8, "Invalid value; write true"),
        ('delimiter = ";"', 'delimiter = ";"\ndelimiter = ","', 9, "the key stands twice in this table"),
        (
            "[[csv.records]]",
            "[csv.records]",
            10,
            "csv.records can be there several times, so its name has two brackets",
        ),
        ('encoding = "utf-8"', 'encoding = "windows1250"', 5, "is not known; did you mean windows_1250?"),
        ("[csv]", "[cvs]", 7, "unknown key cvs; did you mean csv?"),
        ("{sequence:04}", "{sequnce:04}", 4, "{sequnce} is not known; allowed are {sequence}"),
    ],
)
def test_a_slip_of_the_pen_is_told_with_its_cure(old: str, new: str, line: int, what: str, tmp_path: Path) -> None:
    assert old in GOOD_CSV
    told = refused(tmp_path, GOOD_CSV.replace(old, new, 1))
    assert told[0][0] == f"profile.toml:{line}"
    assert what in told[0][1]


@pytest.mark.parametrize(
    ("expression", "what"),
    [
        ("{{ order.number | mony }}", "No filter named 'mony'; did you mean money?"),
        ("{{ order.delivery.stret }}", "no attribute 'stret'; did you mean street?"),
        ("{{ ordr.number }}", "'ordr' is undefined; did you mean order?"),
        ("{{ line.erp_sku }}", "a line is there inside {% for line in order.lines %}"),
        ("{% endif %}", "unknown tag 'endif'; nothing is open that it would end"),
        ("{% fir line in order.lines %}", "unknown tag 'fir'; did you mean for?"),
        ("{% if order.number %}<a/>", "The innermost block that needs to be closed is 'if'"),
        ("{{ order.created_at | date('yyyy-mm-dd') }}", "'y' is no part of a date form; allowed are YYYY"),
    ],
)
def test_a_slip_in_a_template_is_told_with_its_cure(expression: str, what: str, tmp_path: Path) -> None:
    ((place, said),) = refused(tmp_path, XML, {"order.xml.j2": f"<a>\n{expression}</a>"})
    assert place == "order.xml.j2:2"
    assert what in said


def test_a_mistake_says_what_is_allowed(tmp_path: Path) -> None:
    with pytest.raises(ProfileRefused) as caught:
        made(tmp_path, GOOD_CSV.replace("[csv]", '[csv]\nqoute = "x"'))
    assert "delimiter, quote, quoting" in caught.value.problem.action


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    settings = GOOD_CSV.replace("O{sequence:04}.csv", "orders.csv").replace("totals.gross", "totals.grss")
    limit = '\n[[limits]]\nfield = "delivery.stret"\nlabel = "Street"\nlength_max = 3\n'
    places = [place for place, _ in refused(tmp_path, settings + limit)]
    assert places == ["profile.toml:4", "profile.toml:19", "profile.toml:15"]


@pytest.mark.parametrize(
    ("limit", "line", "what"),
    [
        ('field = "delivery.street"\nlabel = "S"\nparts = 3\nlength_max = "x"', 21, "limits[1].length_max"),
        ('field = "delivery.street"\nlabel = "S"\nparts = 3', 18, "parts needs length_max"),
        ('field = "delivery.street"\nlabel = "S"\nlength_max = 3\npolicies = ["split"]', 18, "split needs parts"),
        ('field = "lines"\nlabel = "S"\nlength_max = 3', 18, "lines is no field"),
        ('field = "number"\nlabel = "S"\npattern = "["\npattern_words = "x"', 18, "no regular expression"),
        ('field = "number"\nlabel = "S"\npattern = "[0-9]+"', 18, "pattern needs pattern_words"),
        ('field = "number"', 17, "limits[1].label is missing"),
    ],
)
def test_a_wrong_limit_is_shown_with_its_line(limit: str, line: int, what: str, tmp_path: Path) -> None:
    ((place, said),) = refused(tmp_path, f"{GOOD_CSV}[[limits]]\n{limit}\n")
    assert what in said
    assert place == f"profile.toml:{line}"


def test_a_second_limit_of_a_field_is_refused(tmp_path: Path) -> None:
    limit = '[[limits]]\nfield = "number"\nlabel = "Number"\nlength_max = 9\n'
    assert refused(tmp_path, GOOD_CSV + limit + limit) == [("profile.toml:22", "number has a limit already")]


def test_broken_toml_is_shown_with_its_line(tmp_path: Path) -> None:
    ((place, what),) = refused(tmp_path, GOOD_CSV.replace('name = "O', "name = O"))
    assert place == "profile.toml:4"
    assert "is no TOML" in what


def test_settings_that_are_not_utf_8_are_refused(tmp_path: Path) -> None:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "profile.toml").write_bytes(b'format = "csv"\n# Stra\xdfe\n')
    with pytest.raises(ProfileRefused, match=r"profile\.toml:2: is not UTF-8"):
        load_profile("acme", tmp_path)


@pytest.mark.parametrize(
    ("template", "line", "what"),
    [
        ("<a>\n{% if %}</a>", 2, "Expected an expression"),
        ("<a>\n\n{{ order.nonsense }}</a>", 3, "has no attribute 'nonsense'"),
        ("<a>\n{{ order.delivery.street_parts[0] }}</a>", 2, "street_parts"),
        ("<a>{{ '%.2f' | format(1) }}</a>", 1, "filter format is not allowed"),
        ("<a>\n{{ '%s' % order.number }}</a>", 2, "% goes through float"),
        ("<a>\n{{ order.totals.gross | float }}</a>", 2, "filter float is not allowed"),
        ("<a>\n{{ 0.5 }}</a>", 2, "a float is not exact"),
        ("<a>\n{{ 1 / 3 }}</a>", 2, "would give a float"),
        ("<a>\n{{ order.number | safe }}</a>", 2, "filter safe is not allowed"),
        ("<a>\n{% autoescape false %}{{ order.number }}{% endautoescape %}</a>", 2, "escaping cannot be switched off"),
        ("<a>\n{{ order.number.__class__ }}</a>", 2, "__class__"),
        ("<a>\n{{ order.lines[0].name | nofilter }}</a>", 2, "No filter named 'nofilter'"),
    ],
)
def test_a_template_mistake_is_shown_with_its_line(template: str, line: int, what: str, tmp_path: Path) -> None:
    ((place, said),) = refused(tmp_path, XML, {"order.xml.j2": template})
    assert what in said
    assert place == f"order.xml.j2:{line}"


def test_files_that_are_not_there_are_named(tmp_path: Path) -> None:
    settings = XML + 'schema = "order.xsd"\ncarries = ["number", "delivery.stret"]\n'
    assert refused(tmp_path, settings, {"ordr.xml.j2": TEMPLATE}) == [
        (
            "profile.toml:7",
            "xml.template: there is no file order.xml.j2 in the profile's folder; did you mean ordr.xml.j2?",
        ),
        ("profile.toml:9", "xml.carries: delivery.stret is no canonical field; did you mean delivery.street?"),
        ("profile.toml:8", "xml.schema: there is no file order.xsd in the profile's folder"),
    ]


def test_several_orders_in_one_xml_file_need_a_head_and_a_tail(tmp_path: Path) -> None:
    settings = XML.replace("[xml]", "orders_per_file_max = 10\n\n[xml]")
    ((place, what),) = refused(tmp_path, settings, {"order.xml.j2": TEMPLATE})
    assert place == "profile.toml:6"
    assert "needs xml.head and xml.tail" in what


def test_a_number_beyond_the_width_of_the_name_is_refused(tmp_path: Path) -> None:
    settings = GOOD_CSV.replace("[csv]", "sequence_last = 10000\n[csv]")
    ((place, what),) = refused(tmp_path, settings)
    assert place == "profile.toml:7"
    assert "ends at 9999" in what


ANSWERS = """
[[answers.rules]]
style = "xml"
names = "R_{stem}.xml"
[answers.rules.verdicts]
ok = "accepted"
[answers.rules.xml]
result = "result"
external_id = "id"
verdict = "state"
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ('external_id = "id"', 'external_id = "id["', 25, "is no XPath"),
        ('external_id = "id"', 'external_id = "x:id"', 25, "is no XPath"),
        ('result = "result"', 'result = "x:result"', 24, "prefix of 'x:result' is not in namespaces"),
        ('style = "xml"', 'style = "csv"', 19, "style csv needs the table [answers.rules.csv]"),
        ('style = "xml"', 'style = "edi"', 19, "style = 'edi' is not known"),
        ('style = "xml"', 'style = "xml"\ngrows = true', 20, "only answers of style csv, fixed and lines can grow"),
        ('style = "xml"', 'style = "xml"\ncomplete = "trigger"', 20, "needs trigger_suffix"),
        ('ok = "accepted"', 'ok = "acepted"', 22, "did you mean accepted?"),
        ('ok = "accepted"', 'ok = "in work"', 21, "no word for accepted or rejected"),
    ],
)
def test_a_mistake_about_answers_is_shown_with_its_line(
    old: str, new: str, line: int, what: str, tmp_path: Path
) -> None:
    ((place, said),) = refused(tmp_path, GOOD_CSV + ANSWERS.replace(old, new, 1))
    assert what in said
    assert place == f"profile.toml:{line}"


def test_an_own_folder_without_settings_is_never_passed_over(tmp_path: Path) -> None:
    (tmp_path / "csv-orders").mkdir()
    with pytest.raises(ProfileRefused, match=r"csv-orders: there is no profile\.toml in it"):
        load_profile("csv-orders", tmp_path)


@pytest.mark.parametrize("encoding", ["utf-16-le", "cp500", "nonsense"])
def test_a_register_that_could_not_be_read_is_refused(encoding: str, tmp_path: Path) -> None:
    register = f'[register]\nexternal_id = "a"\nerp_number = "b"\nencoding = "{encoding}"\n'
    ((place, what),) = refused(tmp_path, GOOD_CSV + register)
    assert place == "profile.toml:20"
    assert "cannot be read line by line" in what


def test_a_parameter_that_the_file_cannot_carry_is_told_where_it_is_set() -> None:
    set_so = Installation(parameters={"syntax": "UNOA", "sender": "acme"}, place="bridge.toml:12", sample=True)
    with pytest.raises(ProfileRefused) as caught:
        load_profile("edifact-orders-d96a", None, set_so)
    told = {mistake.place: mistake.what for mistake in caught.value.mistakes}
    assert "parameter sender holds U+0061 at position 1, which a file in UNOA" in told["bridge.toml:12"]

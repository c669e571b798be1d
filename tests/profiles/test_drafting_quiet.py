"""What a draft keeps of its sample: headings and codes; no word that can be a name, whatever it stands in."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.profiles import learned_profile, load_profile


@pytest.mark.parametrize(
    ("name", "content", "kept"),
    [
        ("sample.csv", "ORDER;KEEPER;CUR2\n1;Anna;EUR\n2;Anna;EUR\n", "EUR"),
        ("sample.csv", "ORDER;KEEPER;CUR2\n1;NOWA;EUR\n2;NOWA;EUR\n", "EUR"),
        ("sample.xml", "<o><id>1</id><Keeper>NOWAK</Keeper><Agency>EAN008</Agency></o>", "EAN008"),
    ],
)
def test_a_word_that_is_always_the_same_is_kept_only_where_it_is_a_code(
    tmp_path: Path, name: str, content: str, kept: str
) -> None:
    sample = tmp_path / name
    sample.write_text(content, encoding="utf-8")
    draft = learned_profile(sample, "acme", tmp_path / "profiles")
    said = "".join(path.read_text("utf-8") for path in draft.iterdir() if path.is_file())
    assert not any(word in said for word in ("Anna", "NOWA"))
    assert kept in said


@pytest.mark.parametrize("name", ["a#}{{ 7 * 7 }}{#.xml", 'a\nformat = "csv".xml', "a*/'.xml"])
def test_a_files_name_is_no_part_of_the_template_or_the_settings(tmp_path: Path, name: str) -> None:
    sample = tmp_path / name.replace("/", "_")
    sample.write_text("<o><id>1</id></o>", encoding="utf-8")
    learned_profile(sample, "acme", tmp_path / "profiles")
    found = load_profile("acme", tmp_path / "profiles")
    assert found.settings.format == "xml"
    assert b"49" not in found.contents["order.xml.j2"]

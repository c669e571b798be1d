"""`[handover]` of a profile: companions that no ERP could read, or that would hide a file, are refused at load."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.domain.handover import Handover, Manifest, Role
from bridge.profiles import ProfileRefused
from tests.profiles.making import csv_profile


def handover(folder: Path, more: str) -> Handover:
    return csv_profile(folder, more=f"\n[handover]\n{more}\n").handover


def test_what_a_profile_asks_for_is_what_is_handed_over(tmp_path: Path) -> None:
    asked = """
checksum = "md5"
checksum_name = "{stem}.md5"
trigger = "{stem}.go"
order = ["checksum", "file", "manifest", "trigger"]
manifest = { name = "{stem}.ctl", lines = ["{file};{md5}", "{orders};{gross}"] }
"""
    assert handover(tmp_path, asked) == Handover(
        checksum="md5",
        checksum_name="{stem}.md5",
        manifest=Manifest("{stem}.ctl", ("{file};{md5}", "{orders};{gross}"), "\n", "utf-8"),
        trigger="{stem}.go",
        order=(Role.CHECKSUM, Role.FILE, Role.MANIFEST, Role.TRIGGER),
    )


def test_a_checksum_is_named_after_its_kind(tmp_path: Path) -> None:
    assert handover(tmp_path, 'checksum = "sha1"').checksum_name == "{file}.sha1"


@pytest.mark.parametrize(
    ("asked", "what"),
    [
        ('trigger = "ready.go"', "would be the same for each file"),
        ('trigger = "{name}.go"', "{name} is not known here; allowed are {file}, {stem}"),
        ('trigger = "../{stem}.go"', "is no safe name"),
        ('trigger = ".{stem}.go"', "is no safe name"),
        ('trigger = "{file}.tmp"', "is no safe name"),
        ('trigger = "{stem}.CSV"', "is the name of the file or of another companion"),
        ('trigger = "{file}.sha256"', "is the name of the file or of another companion"),
        ('trigger = "{stem}.go"\norder = ["trigger", "file", "checksum"]', "it must be the last"),
        ('order = ["file"]', "does not say when the checksum is placed"),
        ('order = ["checksum"]', "names the file and each companion once"),
        ('order = ["file", "file", "checksum"]', "names the file and each companion once"),
        ('manifest = { name = "{stem}.ctl", lines = ["{rows}"] }', "{rows} is not known here"),
        ('checksum = "sha512"', "checksum = 'sha512' is not known"),
    ],
)
def test_companions_that_cannot_be_are_refused(asked: str, what: str, tmp_path: Path) -> None:
    with pytest.raises(ProfileRefused) as caught:
        handover(tmp_path, asked)
    assert what in caught.value.problem.message


def test_a_file_of_8_and_3_has_companions_of_8_and_3(tmp_path: Path) -> None:
    names = {'name = "O{sequence:04}.csv"': 'name = "O{sequence:04}.csv"\nname_shape = "8.3"'}
    with pytest.raises(ProfileRefused, match=r"O0001\.csv\.sha256 is no 8\.3 name; use \{stem\}\.EXT"):
        csv_profile(tmp_path, **names)
    fitting = '\n[handover]\nchecksum_name = "{stem}.sha"\n'
    assert csv_profile(tmp_path, more=fitting, **names).handover.checksum_name == "{stem}.sha"

"""A format and an answer style that an outside package adds are found by their entry points."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.domain.answers import Result, Verdict
from bridge.profiles import ProfileRefused
from tests.profiles.making import file_of, made, sent

PACKAGE = """
from bridge.domain.answers import Result, Verdict
from bridge.profiles import Answer

class Renderer:
    def __init__(self, width): self.width = width
    def head(self): return b""
    def order(self, order): return order["external_id"].rjust(self.width).encode() + b"\\n"
    def tail(self): return b"END\\n"

class Fixed:
    carries = ("external_id",)
    def __init__(self, parts):
        if "width" not in parts.options: raise ValueError("width is missing")
        self.width = parts.options["width"]
    def renderer(self, context): return Renderer(self.width)

class Words:
    def __init__(self, settings, extension): pass
    def read(self, path, name, from_row):
        return Answer(None, iter([Result(path.read_text().strip(), Verdict.ACCEPTED)]))
"""
ENTRY_POINTS = (
    "[erp_bridge.formats]\nnarrow = acme_fixed:Fixed\n[erp_bridge.acknowledgements]\nwords = acme_fixed:Words\n"
)
SETTINGS = """\
format = "narrow"
[options]
width = 8
[file]
name = "{sequence:05}.txt"
[[answers.rules]]
style = "words"
names = "*.ok"
verdicts = { ok = "accepted" }
"""


@pytest.fixture
def package(tmp_path: Path) -> Iterator[Path]:
    """A package as pip would install it: a module and its metadata on the path."""
    site = tmp_path / "site"
    info = site / "acme_fixed-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "acme_fixed.py").write_text(PACKAGE)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-fixed\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(ENTRY_POINTS)
    sys.path.insert(0, str(site))
    yield site
    sys.path.remove(str(site))
    sys.modules.pop("acme_fixed", None)


def test_a_format_and_a_style_of_a_package_are_used(package: Path, tmp_path: Path) -> None:
    profile = made(tmp_path / "own", SETTINGS)
    assert file_of(profile, sent(profile)) == b"   10452\nEND\n"
    assert profile.carries == ("external_id",)
    answer = tmp_path / "a.ok"
    answer.write_text("10452")
    assert list(profile.read_answer(answer, "a.ok").results) == [Result("10452", Verdict.ACCEPTED)]


def test_options_that_a_package_refuses_are_shown_with_their_line(package: Path, tmp_path: Path) -> None:
    with pytest.raises(ProfileRefused, match=r"profile\.toml:2: options of format narrow: width is missing"):
        made(tmp_path / "own", SETTINGS.replace("width = 8", "widht = 8"))


def test_without_the_package_its_names_are_unknown(tmp_path: Path) -> None:
    with pytest.raises(ProfileRefused) as caught:
        made(tmp_path / "own", SETTINGS)
    assert [mistake.what for mistake in caught.value.mistakes] == [
        "format = 'narrow' is not known",
        "style = 'words' is not known",
    ]

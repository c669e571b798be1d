"""Each form of the profile keeps what every profile promises, and a public flat file of release 3.x is taken apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.profiles import Profile, load_profile
from bridge.profiles.acknowledgements.idoc_layouts import SEGMENTS
from bridge.profiles.acknowledgements.idoc_records import Flat, records
from bridge.profiles.formats.idoc import SEGMENT_WIDTH
from bridge.profiles.installation import Installation
from bridge.testing.profiles import ProfileContract
from tests.profiles.idoc_family import NAME, profile
from tests.readers.idoc_flat import SEGMENTS as READ

# A public sample that is not part of this repository; where it is absent there is nothing to hold to.
PUBLIC = Path(__file__).parents[3] / "shared" / "samples" / "formats" / "idoc-orders05" / "orders05-flat-3x-layout.txt"
SAMPLES = [PUBLIC] if PUBLIC.is_file() else []


class TestXml(ProfileContract):
    @pytest.fixture
    def profile(self) -> Profile:
        return load_profile(NAME, None)


class TestFlat(ProfileContract):
    @pytest.fixture(params=["flat-4x", "flat-3x"])
    def profile(self, request: pytest.FixtureRequest) -> Profile:
        return load_profile(NAME, None, Installation(parameters={"form": request.param}))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_the_public_file_of_release_3x_is_taken_apart(path: Path) -> None:
    found = list(records(path, Flat("utf-8", False, SEGMENTS)))
    assert found[0]["MESTYP"] == "ORDERS"
    assert [(one["QUALF"], one["BELNR"]) for one in found if one.name == "E1EDK02"] == [
        ("901", "Z"), ("903", "99680096ZZS2002"), ("902", "S"),
    ]  # fmt: skip
    (item,) = (one for one in found if one.name == "E1EDP01")
    assert [item[name] for name in ("POSEX", "MENGE", "VPREI")] == ["10", "1", "999.9"]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
@pytest.mark.parametrize("form", ["flat-4x", "flat-3x"])
def test_the_profile_has_its_columns_where_the_public_file_has_its_texts(path: Path, form: str) -> None:
    """No text of the file begins in one column and ends in another: each word lies inside a field of the profile."""
    idoc = profile(form=form).settings.idoc
    assert idoc is not None
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        name, texts = f"E1{line[2:7]}", line[55:]
        edges = _edges(idoc.segments[name].columns)
        if name == "E1EDKA1":  # the profile knows fewer of its fields than the file has
            texts = texts[: edges[-1]]
        for edge in edges:
            before, after = texts[edge - 1 : edge], texts[edge : edge + 1]
            assert not (before.strip() and after.strip()) or name in _FULL, (line[:10], edge)


# Fields that the file fills to their last character, so that the next one begins right behind.
_FULL = ("E1EDK01", "E1EDK02", "E1EDK03", "E1EDP19", "E1EDKT1", "E1EDKA1")


def _edges(columns: str) -> list[int]:
    edges, at = [], 0
    for part in columns.split(","):
        at += int(part.split()[1])
        edges.append(at)
    return edges


@pytest.mark.parametrize("form", ["flat-4x", "flat-3x"])
def test_columns_stand_where_the_field_lists_have_them(form: str) -> None:
    idoc = profile(form=form).settings.idoc
    assert idoc is not None
    assert set(idoc.segments) == set(READ)
    for name, segment in idoc.segments.items():
        widths = dict(part.split() for part in segment.columns.split(","))
        places = dict(zip(widths, [0, *_edges(segment.columns)], strict=False))
        assert {key: (places[key], int(widths[key])) for key in READ[name] if key in widths} == {
            key: place for key, place in READ[name].items() if key in widths
        }
        assert _edges(segment.columns)[-1] <= SEGMENT_WIDTH

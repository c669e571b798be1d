"""Makes the folder of a new profile, whole or not at all, with a sample that `bridge profile test` can prove."""

from __future__ import annotations

import re
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bridge.config.shipped import samples_folder
from bridge.domain.errors import ConfigurationRefused
from bridge.domain.naming import NameFacts
from bridge.profiles.drafting.csv_draft import settings_of
from bridge.profiles.drafting.rows_sample import UTF_16, SampleUnreadable, take_apart
from bridge.profiles.drafting.xml_draft import draft_of
from bridge.profiles.loader import load_profile
from bridge.profiles.samples import case_of, rendered, sample_files

STARTERS = ("csv", "xml")
SAMPLE_BYTES_MAX = 20 << 20
SEALED_AT = datetime(2026, 11, 24, 9, 30, 15, tzinfo=UTC)
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
XML_IN_UTF_16 = tuple(mark + "<".encode(encoding) for mark, encoding in UTF_16.items())
SAMPLE_TOML = """\
# An invented order, and the file that the draft makes of it. Put an order of yours beside it, and the file that the
# ERP's owner agrees to: then `bridge profile test` holds the profile to that file, byte for byte.
orders = "order.json"
expected = "{name}"
sequence_number = 17
business_day = 2026-11-24
sealed_at = 2026-11-24T09:30:15Z
"""


def new_profile(name: str, kind: str, own_folder: Path) -> Path:
    """A copy of the starter for rows (`csv`) or documents (`xml`). Raises ConfigurationRefused."""
    place = _free_place(name, own_folder)
    own_folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=own_folder) as folder:
        made = Path(folder) / name
        shutil.copytree(samples_folder() / "profiles" / kind, made)
        made.rename(place)
    return place


def learned_profile(sample: Path, name: str, own_folder: Path) -> Path:
    """A draft from one sample file of the ERP. Raises ConfigurationRefused for one that cannot be read."""
    place = _free_place(name, own_folder)
    files = _drafted(sample)
    own_folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".learn-", dir=own_folder) as folder:
        made = Path(folder) / name
        (made / "sample").mkdir(parents=True)
        for file, content in files.items():
            (made / file).write_bytes(content)
        shutil.copy(samples_folder() / "profiles" / "order.json", made / "sample" / "order.json")
        _add_sample(name, made)
        made.rename(place)
    return place


def _free_place(name: str, own_folder: Path) -> Path:
    if not NAME.fullmatch(name):
        what = f"{name!r} is no name for a profile"
        raise ConfigurationRefused(place="profile name", what=what, cure="Use small letters, digits, dot and dash.")
    place = own_folder / name
    if place.exists():
        cure = "Choose another name, or move the folder away. Nothing was written."
        raise ConfigurationRefused(place=str(place), what="there is a folder of this name", cure=cure)
    return place


def _drafted(sample: Path) -> dict[str, bytes]:
    """profile.toml and templates, after the sample's kind."""
    cure = "Take one small export of the ERP's own, as CSV or XML, with one or two orders."
    try:
        if sample.stat().st_size > SAMPLE_BYTES_MAX:
            raise SampleUnreadable(f"is larger than {SAMPLE_BYTES_MAX} bytes")
        content = sample.read_bytes()
        if not content.strip():
            raise SampleUnreadable("is empty")
        if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") or content.startswith(XML_IN_UTF_16):
            return draft_of(content, sample.name)
        return {"profile.toml": settings_of(take_apart(content), sample.name).encode()}
    except SampleUnreadable as unreadable:
        raise ConfigurationRefused(place=str(sample), what=str(unreadable), cure=cure) from unreadable
    except OSError as error:
        raise ConfigurationRefused(place=str(sample), what=error.strerror or "cannot be read", cure=cure) from error


def _add_sample(name: str, made: Path) -> None:
    """The file that the draft makes of the invented order, so that the first change of it shows."""
    profile = load_profile(name, made.parent)
    called = profile.file_name(NameFacts(17, SEALED_AT.date(), SEALED_AT, "sample", 1))
    (made / "sample" / "sample.toml").write_text(SAMPLE_TOML.format(name=called), encoding="utf-8")
    again = load_profile(name, made.parent)
    (made / "sample" / called).write_bytes(rendered(case_of(again, sample_files(again)[0])))

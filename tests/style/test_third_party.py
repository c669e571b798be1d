"""Whoever wrote a file that goes out with ours stands in templates/THIRD-PARTY.txt, with what lets it go out."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from tests.style.source import ROOT
from tests.style.test_repository import committed_texts

TEMPLATES = ROOT / "templates"
LIST = TEMPLATES / "THIRD-PARTY.txt"
SHIPPED = ("templates/", "samples/", "bridge/")
SCHEMAS = (".xsd", ".dtd", ".sch", ".rng", ".xsl", ".xslt")
OURS = {"templates/business-central-xml/sales-order.xsd"}
TELLING_OF_OTHERS = {"templates/THIRD-PARTY.txt"} | {
    f"templates/{profile}/schema/README.txt" for profile in ("opentrans-2.1", "peppol-order-3", "ubl-order-2.1")
}
NOTICE = re.compile(r"copyright|\(c\) (?:19|20)\d\d|©", re.IGNORECASE)
WITHOUT_NOTICE = "No notice"


def listed() -> dict[str, tuple[str, str]]:
    """Path below templates/ -> digest, and what is said of the files of its section."""
    found: dict[str, tuple[str, str]] = {}
    for section in LIST.read_text(encoding="utf-8").split("\n\n"):
        said = " ".join(line.removeprefix("# ") for line in section.splitlines() if line.startswith("#"))
        for line in section.splitlines():
            if line and not line.startswith("#"):
                digest, _, path = line.partition("  ")
                found[path] = (digest, said)
    return found


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")


def test_the_files_of_others_are_unchanged() -> None:
    files = listed()
    assert len(files) > 20
    for path, (digest, _) in files.items():
        assert hashlib.sha256((TEMPLATES / path).read_bytes()).hexdigest() == digest, path


def test_each_has_its_owner_and_its_notice() -> None:
    for path, (_, said) in listed().items():
        assert re.search(r"Copyright|Licence|notice", said), path
        assert NOTICE.search(text_of(TEMPLATES / path)) or WITHOUT_NOTICE in said, path
        assert any((parent / "README.txt").is_file() for parent in (TEMPLATES / path).parents), path


def test_no_file_of_others_is_left_out_of_the_list() -> None:
    known = {f"templates/{path}" for path in listed()} | OURS | TELLING_OF_OTHERS
    texts = {path.relative_to(ROOT).as_posix(): path for path in TEMPLATES.rglob("*") if path.suffix in SCHEMAS}
    assert sorted(set(texts) - known) == []
    noted = [name for name, text in committed_texts() if name.startswith(SHIPPED) and NOTICE.search(text)]
    assert sorted(set(noted) - known) == []

"""Wheel and sdist hold only what may be given away: no sample of the public collections whose licence forbids it.

The collections lie beside the checkout, with a table of licences in each README; where they do not lie there, there is
nothing to compare with, and that is all that the tests then say. tests/style/test_third_party.py holds without them.
"""

from __future__ import annotations

import fnmatch
import hashlib
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.style.source import ROOT

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("wheel"), pytest.mark.slow, pytest.mark.timeout(1800)]

SAMPLES = ROOT.parent / "shared" / "samples"
COLLECTIONS = [path.parent for path in sorted(SAMPLES.glob("*/README.md"))]
FORBIDDING = re.compile(r"GPL|CC-BY-SA|CDDL|no licence|none", re.IGNORECASE)
DISTINCTIVE_LENGTH = 30  # of what stands between the tags, which are the standards'
COMMON = re.compile(r"xmlns|urn:|https?:")  # what the standards themselves make everybody write


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Every file of the wheel and of the sdist, by archive and name."""
    folder = tmp_path_factory.mktemp("shipped")
    command = [
        sys.executable,
        "-m",
        "build",
        "--no-isolation",
        "--wheel",
        "--sdist",
        "--outdir",
        str(folder),
        str(ROOT),
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=500)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    files: dict[str, bytes] = {}
    with zipfile.ZipFile(wheel) as content:
        files |= {f"wheel:{name}": content.read(name) for name in content.namelist() if not name.endswith("/")}
    with tarfile.open(sdist) as packed:
        for member in packed:
            if member.isfile() and (read := packed.extractfile(member)):
                files[f"sdist:{member.name}"] = read.read()
    return files


def licences(readme: str) -> dict[str, str]:
    """Pattern of files to licence, by the rows of a README's table; `same` is the licence of the row above."""
    found: dict[str, str] = {}
    licence = ""
    for row in readme.splitlines():
        cells = [cell.strip() for cell in row.strip().strip("|").split(" | ")]
        if not row.startswith("| ") or len(cells) < 5 or cells[3] == "licence":
            continue
        licence = licence if cells[3].startswith("same") else cells[3]
        folder = ""
        for name in re.findall(r"`([^`]+)`", cells[0]) or cells[0].split(", "):
            folder = name.rpartition("/")[0] or folder
            path = f"{folder}/{name.rpartition('/')[2] or '*'}"
            found.setdefault(re.sub(r"\d+\.\.\d+", "*", path), licence)
    return found


def kept_back(collection: Path) -> tuple[list[Path], list[Path]]:
    """The collection's files that must not be given away, and the others. A file that no row names must not."""
    rows = licences((collection / "README.md").read_text(encoding="utf-8"))
    forbidden: list[Path] = []
    free: list[Path] = []
    for path in sorted(one for one in collection.rglob("*") if one.is_file() and one.name != "README.md"):
        name = path.relative_to(collection).as_posix()
        licence = next((said for pattern, said in rows.items() if fnmatch.fnmatchcase(name, pattern)), "none")
        (forbidden if FORBIDDING.search(licence) else free).append(path)
    return forbidden, free


def lines_of(content: bytes) -> set[str]:
    """The lines of a text that nobody else writes by chance."""
    lines = {re.sub(r"<[^<>]*>", "", line).strip() for line in content.decode("utf-8", "replace").splitlines()}
    return {line for line in lines if len(line) >= DISTINCTIVE_LENGTH and not COMMON.search(line)}


def test_the_licence_tables_are_read() -> None:
    rows = licences(
        "| folder / file | what | where | licence | good for |\n|---|---|---|---|---|\n"
        "| `a/xsd/one.xsd`, `two.xsd` | x | y | MIT | z |\n| `a/xsd/` other 2 files | x | y | same | z |\n"
        "| b/orders_5.xml, b/lines_1..3.xml | x | y | AGPL-3.0 | z |\n| c/d.json | x | y | same | z |\n"
    )
    assert rows == {
        "a/xsd/one.xsd": "MIT", "a/xsd/two.xsd": "MIT", "a/xsd/*": "MIT", "b/orders_5.xml": "AGPL-3.0",
        "b/lines_*.xml": "AGPL-3.0", "c/d.json": "AGPL-3.0",
    }  # fmt: skip


def test_no_file_that_must_be_kept_back_is_shipped(shipped: dict[str, bytes]) -> None:
    digests = {hashlib.sha256(content).hexdigest(): name for name, content in shipped.items() if content}
    assert any(name.startswith("wheel:bridge/templates/") for name in shipped)
    assert any("/templates/" in name for name in shipped if name.startswith("sdist:"))
    for collection in COLLECTIONS:
        forbidden, free = kept_back(collection)
        assert forbidden
        assert free
        found = [(path.name, digests.get(hashlib.sha256(path.read_bytes()).hexdigest())) for path in forbidden]
        assert [one for one in found if one[1]] == []


def test_no_line_of_a_file_that_must_be_kept_back_is_shipped(shipped: dict[str, bytes]) -> None:
    written = {name: lines_of(content) for name, content in shipped.items()}
    for collection in COLLECTIONS:
        forbidden, free = kept_back(collection)
        given = set().union(*(lines_of(path.read_bytes()) for path in free))
        kept = set().union(*(lines_of(path.read_bytes()) for path in forbidden)) - given
        assert kept
        assert {name: sorted(lines & kept)[:3] for name, lines in written.items() if lines & kept} == {}


def test_nothing_of_the_vendure_shop_for_the_tests_is_shipped(shipped: dict[str, bytes]) -> None:
    installed = ROOT / ".vendure" / "node_modules"
    assert (installed / "@vendure" / "core" / "package.json").is_file(), "run: make vendure-shop"
    assert [name for name in shipped if ".vendure" in name or "node_modules" in name] == []
    of_vendure = (path for path in (installed / "@vendure").rglob("*") if path.is_file())
    theirs = {hashlib.sha256(path.read_bytes()).hexdigest() for path in of_vendure if path.stat().st_size}
    assert len(theirs) > 1000
    assert [name for name, content in shipped.items() if hashlib.sha256(content).hexdigest() in theirs] == []
    assert [name for name in shipped if name.startswith("wheel:") and "shop.js" in name] == []

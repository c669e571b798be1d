"""Files that people drop in place of an export, told by name or first bytes: packed ones, spreadsheets, web pages.

They are refused with what to do; read as text they would only be broken in line 1.
"""

from __future__ import annotations

from pathlib import Path

PACKED = (".gz", ".zip", ".bz2", ".xz", ".zst", ".7z", ".rar", ".tar", ".tgz")
SPREADSHEETS = (".xlsx", ".xlsm", ".xls", ".ods")
NO_EXPORTS = (*PACKED, *SPREADSHEETS, ".xml")  # taken, to be refused; `.xml` where the store has no map
_UNPACK = "it is packed ({}): unpack it, and drop what is inside"
_SPREADSHEET = (
    "it is a spreadsheet ({}): save it as CSV UTF-8, or better drop the shop's own export, never opened in one"
)
_BEGINNINGS = (
    (b"\x1f\x8b", _UNPACK.format("gzip")),
    (b"BZh", _UNPACK.format("bzip2")),
    (b"\xfd7zXZ", _UNPACK.format("xz")),
    (b"\x28\xb5\x2f\xfd", _UNPACK.format("zstd")),
    (b"7z\xbc\xaf", _UNPACK.format("7z")),
    (b"Rar!", _UNPACK.format("rar")),
    (b"PK\x03\x04", "it is packed (zip) or a spreadsheet (xlsx, ods): unpack it, or save it as CSV UTF-8"),
    (b"\xd0\xcf\x11\xe0", _SPREADSHEET.format("xls")),
    (b"%PDF", "it is a PDF and no export"),
)
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_PAGES = (b"<!doctype html", b"<html")


def why_no_export(file: Path, reads_xml: bool) -> str:
    """Why a file cannot be read as orders, in business words; empty where nothing speaks against it."""
    suffix = file.suffix.lower()
    with file.open("rb") as opened:
        beginning = opened.read(64)
    for mark, words in _BEGINNINGS:
        if beginning.startswith(mark):
            return words
    if suffix in PACKED:
        return _UNPACK.format(suffix[1:])
    if suffix in SPREADSHEETS:
        return _SPREADSHEET.format(suffix[1:])
    if suffix == ".xml" and not reads_xml:
        return "it is XML, and the store has no map for it: add [stores.NAME.xml], as docs/store-folder.md shows"
    if beginning.startswith(_UTF_16) and suffix != ".xml":  # XML says its encoding itself
        return "its text is in UTF-16 (a spreadsheet's Unicode Text): save or export it as UTF-8"
    if beginning.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGES):
        return "it is a web page, as a shop's login or error page saved in place of its export"
    return ""

"""Where the fields of SAP's flat IDoc records stand, as far as answers need them. Widths are SAP's, in characters.

Sources: EDI_DC40, EDI_DD40, EDI_DC, EDI_DD and E2STATS: SAP Library. E1EDK01, E1EDP01: SAP data dictionary. E1ADHDR,
E1STATE and E1PRTOB: their fields by the SAP Library, their widths unverified, so `columns` of the profile can set them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import accumulate

Slices = dict[str, slice]
CONTROL = "EDI_DC40"  # however the control record is called: EDI_DC in release 3.x


def _fields(widths: str) -> Slices:
    """`NAME width` pairs, one after the other from the first column on; a name `-` is passed over."""
    names = [pair.partition(" ")[0] for pair in widths.split(", ")]
    ends = list(accumulate(int(pair.partition(" ")[2]) for pair in widths.split(", ")))
    return {name: slice(begin, end) for name, begin, end in zip(names, [0, *ends], ends, strict=False) if name != "-"}


CONTROL_4X = _fields("TABNAM 10, - 3, DOCNUM 16, - 10, IDOCTYP 30, - 30, MESTYP 30, - 33, SNDPRN 10, - 105, RCVPRN 10")
CONTROL_3X = _fields("TABNAM 10, - 3, DOCNUM 16, - 27, RCVPRN 10, - 124, SNDPRN 10, - 217, MESTYP 6, IDOCTYP 8")
DATA_4X = _fields("SEGNAM 30, - 33, SDATA 1000")
DATA_3X = _fields("- 35, SEGNAM 10, - 10, SDATA 1000")
_STATUS = "STATUS 2, - 50, STACOD 8, STATXT 70, - 16, STAPA1 20, STAPA2 20, STAPA3 20, STAPA4 20"
SEGMENTS: Mapping[str, Slices] = {
    "E1EDK01": _fields("ACTION 3, - 80, BELNR 35"),
    "E1EDK02": _fields("QUALF 3, BELNR 35"),
    "E1EDP01": _fields(
        "POSEX 6, ACTION 3, - 2, MENGE 15, - 28, VPREI 15, PEINH 9, - 134, ABGRU 2, ABGRT 40"
    ),
    "E1EDP20": _fields("WMENG 15, - 15, EDATU 8"),
    "E1STATS": _fields(f"- 13, DOCNUM 16, - 14, {_STATUS}, REFINT 14, REFGRP 14, REFMES 14, ARCKEY 70"),
    "E1ADHDR": _fields("MESTYP 6, - 6, MESTYP_LNG 30"),
    "E1STATE": _fields(
        "DOCNUM 16, STATUS 2, STACOD 8, STATXT 70, STAPA1 20, STAPA2 20, STAPA3 20, STAPA4 20, STATYP 1, STAMQU 3, "
        "STAMID 20, STAMNO 3, STAPA1_LNG 50, STAPA2_LNG 50, STAPA3_LNG 50, STAPA4_LNG 50"
    ),
    "E1PRTOB": _fields("DOCNUM 16, LOGSYS 10, OBJTYPE 10, OBJKEY 70"),
}  # fmt: skip
_SEGMENT_NAME = re.compile(r"E[12]([A-Z0-9]{5})(?:[0-9]{3})?")


def segment_name(written: str) -> str:
    """The segment's own name for one with a release: E2EDK01005 and E2EDK01 are E1EDK01."""
    found = _SEGMENT_NAME.fullmatch(written)
    return f"E1{found.group(1)}" if found else written


def layouts(columns: Mapping[str, tuple[int, int]]) -> Mapping[str, Slices]:
    """The segments with the columns of a profile over them. Raises ValueError for a field that no segment has."""
    found = {name: dict(fields) for name, fields in SEGMENTS.items()}
    for key, (first, width) in columns.items():
        segment, _, field = key.partition(".")
        if field not in found.get(segment, {}):
            raise ValueError(f"{key} is no field that answers use; known are {', '.join(_known())}")
        found[segment][field] = slice(first - 1, first - 1 + width)
    return found


def _known() -> Iterable[str]:
    return (f"{segment}.{field}" for segment, fields in SEGMENTS.items() for field in fields)

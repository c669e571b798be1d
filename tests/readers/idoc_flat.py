"""Reads flat IDocs of both layouts into segments, by the columns of SAP's field lists; a short record is padded.

Sources: EDI_DC40 and EDI_DD40 of the SAP Library; for release 3.x the public sample of MicrosoftDocs/azure-docs, whose
records and E1EDKA1 offsets were measured. Columns are counted in characters, or in bytes for a non-Unicode system.
"""

from __future__ import annotations

from tests.readers.idoc_orders import Segment

# Name: first column from 0, width.
CONTROL_40 = {
    "TABNAM": (0, 10), "MANDT": (10, 3), "DOCNUM": (13, 16), "DIRECT": (35, 1), "IDOCTYP": (39, 30),
    "CIMTYP": (69, 30), "MESTYP": (99, 30), "MESCOD": (129, 3), "MESFCT": (132, 3), "SNDPOR": (148, 10),
    "SNDPRT": (158, 2), "SNDPRN": (162, 10), "RCVPOR": (263, 10), "RCVPRT": (273, 2), "RCVPRN": (277, 10),
    "CREDAT": (378, 8), "CRETIM": (386, 6), "REFINT": (392, 14), "REFGRP": (406, 14), "REFMES": (420, 14),
    "ARCKEY": (434, 70),
}  # fmt: skip
CONTROL_30 = {
    "TABNAM": (0, 10), "MANDT": (10, 3), "DOCNUM": (13, 16), "DOCTYP": (35, 8), "DIRECT": (43, 1), "RCVPOR": (44, 10),
    "RCVPRT": (54, 2), "RCVPRN": (56, 10), "MESCOD": (170, 3), "MESFCT": (173, 3), "SNDPOR": (178, 10),
    "SNDPRT": (188, 2), "SNDPRN": (190, 10), "REFINT": (291, 14), "REFGRP": (305, 14), "REFMES": (319, 14),
    "ARCKEY": (333, 70), "CREDAT": (403, 8), "CRETIM": (411, 6), "MESTYP": (417, 6), "IDOCTYP": (423, 8),
    "CIMTYP": (431, 8),
}  # fmt: skip
SEGMENTS = {
    "E1EDK01": {"ACTION": (0, 3), "CURCY": (4, 3), "ZTERM": (22, 17), "KUNDEUINR": (39, 20), "BSART": (79, 4),
                "BELNR": (83, 35), "VSART": (190, 2)},
    "E1EDK14": {"QUALF": (0, 3), "ORGID": (3, 35)},
    "E1EDK03": {"IDDAT": (0, 3), "DATUM": (3, 8)},
    "E1EDK04": {"MWSKZ": (0, 7), "MSATZ": (7, 17), "MWSBT": (24, 18)},
    "E1EDK05": {"ALCKZ": (0, 3), "KSCHL": (3, 4), "KOTXT": (7, 80), "BETRG": (87, 18), "MWSKZ": (158, 7),
                "MSATZ": (165, 17)},
    "E1EDKA1": {"PARVW": (0, 3), "PARTN": (3, 17), "LIFNR": (20, 17), "NAME1": (37, 35), "NAME2": (72, 35),
                "NAME3": (107, 35), "NAME4": (142, 35), "STRAS": (177, 35), "STRS2": (212, 35), "ORT01": (282, 35),
                "PSTLZ": (326, 9), "LAND1": (344, 3), "ABLAD": (347, 35), "TELF1": (442, 25)},
    "E1EDK02": {"QUALF": (0, 3), "BELNR": (3, 35), "DATUM": (44, 8)},
    "E1EDKT1": {"TDID": (0, 4), "TSSPRAS_ISO": (7, 2)},
    "E1EDKT2": {"TDLINE": (0, 70), "TDFORMAT": (70, 2)},
    "E1EDP01": {"POSEX": (0, 6), "ACTION": (6, 3), "MENGE": (11, 15), "MENEE": (26, 3), "VPREI": (54, 15),
                "PEINH": (69, 9), "NETWR": (78, 18)},
    "E1EDP04": {"MWSKZ": (0, 7), "MSATZ": (7, 17), "MWSBT": (24, 18)},
    "E1EDP05": {"ALCKZ": (0, 3), "KSCHL": (3, 4), "BETRG": (87, 18)},
    "E1EDP20": {"WMENG": (0, 15), "EDATU": (30, 8)},
    "E1EDP19": {"QUALF": (0, 3), "IDTNR": (3, 35), "KTEXT": (38, 70)},
    "E1EDS01": {"SUMID": (0, 3), "SUMME": (3, 18), "WAERQ": (24, 3)},
}  # fmt: skip
PLACES_40 = {
    "SEGNAM": (0, 30),
    "MANDT": (30, 3),
    "DOCNUM": (33, 16),
    "SEGNUM": (49, 6),
    "PSGNUM": (55, 6),
    "HLEVEL": (61, 2),
}
PLACES_30 = {
    "SEGNAM": (35, 10),
    "MANDT": (10, 3),
    "DOCNUM": (13, 16),
    "SEGNUM": (29, 6),
    "PSGNUM": (45, 6),
    "HLEVEL": (51, 2),
}
ABOVE = {"E1EDKT2": "E1EDKT1", "E1EDP04": "E1EDP01", "E1EDP05": "E1EDP01", "E1EDP20": "E1EDP01", "E1EDP19": "E1EDP01"}


def read_idocs(
    content: bytes, encoding: str = "utf-8", unit: str = "characters", trimmed: bool = False
) -> list[Segment]:
    """Each IDoc with its control record and segments below it; record lengths, counters and levels are held to."""
    assert content.endswith(b"\n")
    idocs: list[Segment] = []
    lines = content.split(b"\n")[:-1]
    for number, raw in enumerate(lines, start=1):
        record = raw.decode("latin-1") if unit == "bytes" else raw.decode(encoding)
        decode = encoding if unit == "bytes" else None
        if record.startswith("EDI_DC"):
            idocs.append(_Idoc(record, decode, trimmed).segment)
            open_: list[tuple[int, Segment]] = [(0, idocs[-1])]
            count = 0
            continue
        count += 1
        _place(record, decode, trimmed, count, open_, idocs[-1].below[0], f"record {number}")
    return idocs


class _Idoc:
    """The control record, which says the layout."""

    def __init__(self, record: str, decode: str | None, trimmed: bool) -> None:
        new = record.startswith("EDI_DC40")
        assert trimmed or len(record) == (524 if new else 464)
        places = CONTROL_40 if new else CONTROL_30
        assert outside(record, places) == ""
        control = Segment("EDI_DC40", _fields(record, places, decode))
        self.segment = Segment("IDOC", below=[control])


def _place(
    record: str,
    decode: str | None,
    trimmed: bool,
    count: int,
    open_: list[tuple[int, Segment]],
    control: Segment,
    where: str,
) -> None:
    """Hang one data record where its counters say, which must be where its segment belongs."""
    new = control["TABNAM"] == "EDI_DC40"
    places, prefix = (PLACES_40, 63) if new else (PLACES_30, 55)
    assert trimmed or len(record) == prefix + 1000, where
    head = _fields(record, places, None)
    name = _plain_name(head["SEGNAM"])
    segment = Segment(name, _fields(record[prefix:], SEGMENTS[name], decode))
    assert outside(record[prefix:], SEGMENTS[name]) == "", f"{where}: something stands between the fields of {name}"
    assert int(head["SEGNUM"]) == count, where
    assert (head.get("MANDT", ""), head.get("DOCNUM", "")) == (control["MANDT"], control["DOCNUM"]), where
    parent = int(head["PSGNUM"])
    above = next(one for at, one in open_ if at == parent)
    assert above.name == ABOVE.get(name, "IDOC"), f"{where}: {name} hangs below {above.name}"
    assert int(head["HLEVEL"]) == (3 if name in ABOVE else 1 if name == "E1EDK01" else 2), where
    above.below.append(segment)
    open_.append((count, segment))


def _plain_name(name: str) -> str:
    """E2EDK01005 is a release of E1EDK01."""
    plain = f"E1{name[2:7]}"
    assert name[:2] == "E2" and (name[7:] == "" or name[7:].isdigit())
    return plain


def _fields(record: str, places: dict[str, tuple[int, int]], decode: str | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, (at, width) in places.items():
        text = record.ljust(at + width)[at : at + width].rstrip()
        if text:
            found[name] = text.encode("latin-1").decode(decode) if decode else text
    return found


def outside(record: str, places: dict[str, tuple[int, int]]) -> str:
    """What stands in no known column."""
    rest = list(record)
    for at, width in places.values():
        rest[at : at + width] = " " * len(rest[at : at + width])
    return "".join(rest).strip()

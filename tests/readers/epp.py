"""Reads EDI++ 1.05 files from the field tables of InsERT's "Struktura danych EDI++" (tables 2, 3 and 7), not from ours.

T30: text of at most 30 characters, in double quotes, or nothing. K: amount with a point and four decimals. D: date
YYYYMMDDhhmmss. L: 0 or 1. B, N: a byte, a number. Every field of every record is held to its type.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

INFO = "T50 B N T255 T20 T40 T80 T30 T6 T50 T13 T20 T40 T255 T5 L D D T35 D T50 T2 T20 L"
HEADER = (
    "T3 B B N T20 T10 T30 T30 D T30 T3 "  # 1-11: type, status, numbers
    "T20 T40 T255 T30 T6 T50 T20 "  # 12-18: customer
    "T30 T50 T30 D D D N L T20 "  # 19-27: category, place, dates, count of lines, prices
    "K K K K T30 K T30 D K K B B L B "  # 28-41: amounts, discount, payment, rounding
    "T35 T35 T35 K K T3 K T255 T50 T50 T50 B L B "  # 42-55: persons, packaging, currency, remarks
    "T50 K T50 K T50 T2 L"  # 56-62: card, credit, country
)
LINE = "N B T20 L L L L K K T10 K K K K K K K K K K T250 T50"
NAMES = {
    1: "type", 10: "order", 12: "customer", 14: "name", 15: "city", 16: "postcode", 17: "street", 18: "tax_id",
    25: "count", 26: "by_net", 28: "net", 29: "tax", 30: "gross", 34: "payment", 36: "paid", 37: "due", 43: "receiver",
    47: "currency", 49: "remarks", 50: "comment", 51: "subtitle", 60: "country",
}  # fmt: skip
LINE_NAMES = {
    1: "position", 2: "kind", 3: "article", 10: "unit", 11: "quantity", 12: "stock_quantity", 14: "net_price",
    15: "gross_price", 16: "rate", 17: "net", 18: "tax", 19: "gross",
}  # fmt: skip
_SIMPLE = {"K": r"-?\d+\.\d{4}", "D": r"\d{14}", "L": "[01]", "B": r"\d{1,3}", "N": r"\d+"}


def read(content: bytes) -> list[dict[str, Any]]:
    """The documents of a file with its lines. Fails where a field, a section or the end is not as the document says."""
    code_page = 852 if b'"1.05",3,852,' in content[:40] or b",852," in content[:30] else 1250
    text = content.decode(f"cp{code_page}")
    assert text.endswith("\r\n\r\n"), "the file does not end with an empty line"
    assert text.count("\n") == text.count("\r") == text.count("\r\n"), "a line break inside a record"
    rows = text.removesuffix("\r\n\r\n").split("\r\n")
    assert rows[0] == "[INFO]", "INFO is not the first section"
    info = typed(rows[1], INFO)
    assert info[2] == str(code_page)
    assert info[1] in ("1", "2", "3"), "lines of this table belong to other purposes"
    documents: list[dict[str, Any]] = []
    at = 2
    while at < len(rows):
        assert rows[at] == "[NAGLOWEK]", "a header is missing"
        header = typed(rows[at + 1], HEADER)
        assert rows[at + 2] == "[ZAWARTOSC]", "a content is missing"
        end = next((row for row in range(at + 3, len(rows)) if rows[row].startswith("[")), len(rows))
        lines = [typed(row, LINE) for row in rows[at + 3 : end]]
        document: dict[str, Any] = {name: header[number - 1] for number, name in NAMES.items()}
        document["lines"] = [{name: line[number - 1] for number, name in LINE_NAMES.items()} for line in lines]
        documents.append(document)
        at = end
    return documents


def typed(row: str, table: str) -> list[Any]:
    """The fields of a record: texts without quotes, amounts as Decimal, the rest as it stands."""
    found, types = fields(row), table.split()
    assert len(found) == len(types), f"{len(found)} fields in place of {len(types)}"
    return [value(text, quoted, kind) for (text, quoted), kind in zip(found, types, strict=True)]


def value(text: str, quoted: bool, kind: str) -> Any:
    """One field, held to its type."""
    if kind.startswith("T"):
        assert quoted or not text, "a text without quotes"
        assert len(text) <= int(kind[1:]), f"longer than {kind}"
        return text
    assert not quoted, f"{kind} in quotes"
    assert not text or re.fullmatch(_SIMPLE[kind], text), f"no {kind}: {text}"
    return Decimal(text) if kind == "K" and text else text


def fields(row: str) -> list[tuple[str, bool]]:
    """Text and whether it stood in quotes; a doubled quote inside is one."""
    found, at = [], 0
    while True:
        quoted = row[at : at + 1] == '"'
        if quoted:
            text = re.match(r'"((?:[^"]|"")*)"', row[at:])
            assert text, "a quote that does not end"
            found.append((text.group(1).replace('""', '"'), True))
            at += text.end()
        else:
            end = row.find(",", at)
            end = len(row) if end < 0 else end
            assert '"' not in row[at:end], "a quote inside a field"
            found.append((row[at:end], False))
            at = end
        if at >= len(row):
            return found
        assert row[at] == ",", "something after a quoted text"
        at += 1


def judge(content: bytes) -> list[dict[str, Any]]:
    """Counts and references, then sums: of each line, of the lines, of the document, and price times quantity."""
    documents = read(content)
    assert len({one["order"] for one in documents}) == len(documents), "an order twice"
    for one in documents:
        lines = one["lines"]
        assert int(one["count"]) == len(lines), "the count of lines is false"
        assert one["order"] and one["remarks"].split(" ")[0] == one["order"].split(" ")[0], "field 49 repeats field 10"
        assert all(line["article"] for line in lines), "a line without an article"
        for name in ("net", "tax"):
            assert sum(line[name] for line in lines) == one[name], f"the lines do not add up to {name}"
        for line in lines:
            assert line["net"] + line["tax"] == line["gross"], "a line does not add up"
            for price, amount in (("net_price", "net"), ("gross_price", "gross")):
                product = line[price] * line["quantity"]
                assert product.quantize(Decimal("0.01"), rounding="ROUND_HALF_UP") == line[amount], "price x quantity"
        assert one["paid"] + one["due"] == one["gross"], "paid and due are not the whole"
    return documents

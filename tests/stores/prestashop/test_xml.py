"""Hostile and broken XML in place of a PrestaShop's: refused with its reason, never followed, never half believed."""

from __future__ import annotations

import hashlib

import pytest

from bridge.stores.prestashop.parts import OrderParts
from bridge.stores.prestashop.xml import Broken, error_code, one_of, part_of, parts_of, rights_of, row_xml
from bridge.stores.raw import Unreadable

HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n'
WHOLE = HEAD + b"<prestashop>\n<orders>\n<order><id><![CDATA[7]]></id></order>\n</orders>\n</prestashop>"


def digest(content: bytes) -> str:
    return hashlib.sha1(content).hexdigest()


def document(inner: bytes) -> bytes:
    return HEAD + b"<prestashop><orders>" + inner + b"</orders></prestashop>"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the answer is empty"),
        (b"<html><body>Maintenance</body></html>", "something else came in place of XML"),
        (b'{"orders": []}', "something else came in place of XML"),
        (HEAD + b"<rss><channel/></rss>", "it is XML of something else"),
        (HEAD + b"<prestashop></prestashop>", "it is XML of something else"),
        (WHOLE[:60], "it breaks off or is not well-formed"),
        (b"<br />Notice: x" + WHOLE, "a PHP message stands before the data"),
        (document(b"<order><id>\xff\xfe</id></order>"), "it breaks off or is not well-formed"),
        (document(b"<a>" * 5000 + b"</a>" * 5000), "it breaks off or is not well-formed"),
    ],
)
def test_what_is_no_answer_of_the_shop_is_refused_with_its_reason(content: bytes, words: str) -> None:
    with pytest.raises(Broken, match=words):
        parts_of(content)


@pytest.mark.parametrize(
    "prologue",
    [
        b'<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE p SYSTEM "http://127.0.0.1:1/evil.dtd">',
        b'<!DOCTYPE p [<!ENTITY a "aaaaaaaaaa"><!ENTITY x "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    ],
)
def test_no_entity_is_followed_or_unfolded(prologue: bytes) -> None:
    content = HEAD + prologue + b"<prestashop><orders><order><id>&x;</id></order></orders></prestashop>"
    with pytest.raises(Broken):
        parts_of(content)


def test_a_notice_before_the_xml_is_left_out_only_where_the_digest_vouches() -> None:
    spoilt = b"<br /><b>Warning</b>: x<br />" + WHOLE
    assert [part.key for part in parts_of(spoilt, digest(WHOLE))] == ["7"]
    assert [part.key for part in parts_of(spoilt, digest(WHOLE + b"\n").upper())] == ["7"]
    with pytest.raises(Broken, match="a PHP message"):
        parts_of(spoilt, digest(b"other"))


def test_a_notice_behind_the_xml_is_left_out_only_where_the_digest_vouches() -> None:
    spoilt = WHOLE + b"\n<br /><b>Warning</b>: </prestashop-is-slow> in shutdown"
    assert [part.key for part in parts_of(spoilt, digest(WHOLE + b"\n"))] == ["7"]
    for other in ("", digest(b"other")):
        with pytest.raises(Broken, match="it breaks off or is not well-formed"):
            parts_of(spoilt, other)


def test_a_cut_answer_is_told_from_a_broken_one_by_the_digest() -> None:
    with pytest.raises(Broken) as cut:
        parts_of(WHOLE[:-20], digest(WHOLE))
    broken = document(b"<order><id>\x07</id></order>")
    with pytest.raises(Broken) as bad:
        parts_of(broken, digest(broken))
    assert (cut.value.cut, bad.value.cut) == (True, False)


def test_a_whole_answer_that_a_host_changed_on_the_way_is_read() -> None:
    assert [part.key for part in parts_of(WHOLE, digest(b"before the host took the blanks out"))] == ["7"]


def test_texts_languages_and_lists() -> None:
    part = part_of(
        "<order_state><id> 4 </id><name><language id='1'>Shipped</language><language id='2'/></name><empty/>"
        "<associations><taxes><tax><id>3</id></tax></taxes><none/></associations></order_state>"
    )
    assert (part["id"], part["empty"], part["absent"]) == ("4", "", "")
    assert part.languages == {"name": {"1": "Shipped", "2": ""}}
    assert part.lists == {"taxes": [{"id": "3"}], "none": []}


def test_a_message_is_escaped() -> None:
    written = row_xml("message", {"id_order": "7", "message": "<a> & ]]> \u05e9"})
    assert one_of(written)["message"] == "<a> & ]]> \u05e9"


def test_numbers_of_errors() -> None:
    error = b"<prestashop><errors><error><code><![CDATA[26]]></code><message>x</message></error></errors></prestashop>"
    assert error_code(HEAD + error) == "26"
    assert error_code(b"401 Unauthorized") is None
    assert error_code(b"") is None
    assert error_code(WHOLE) is None


def test_rights() -> None:
    api = b'<api shopName="x"><orders get="true" put="false" post="true"><description get="true"/></orders></api>'
    assert rights_of(HEAD + b"<prestashop>" + api + b"</prestashop>") == {"orders": frozenset({"GET", "POST"})}


@pytest.mark.parametrize("original", [b"", b"[]", b"{}", b'{"orders": ["<a"]}', b'{"orders": "x"}', b'{"id": "5"}'])
def test_a_kept_text_that_is_no_order_is_told_so(original: bytes) -> None:
    with pytest.raises(Unreadable, match="the kept text is no order of a PrestaShop"):
        OrderParts.read(original)

"""The names that a file passes through on its way to the ERP."""

from __future__ import annotations

import pytest

from bridge.domain.handover import (
    CompanionRefused,
    Handover,
    Manifest,
    Role,
    companion_content,
    companion_name,
    gone_name,
    is_hidden,
    linking_name,
    temporary_name,
    void_name,
)


def test_hidden_names_begin_with_a_dot_and_carry_the_attempt() -> None:
    assert temporary_name("ORD_000318.xml", 2) == ".ORD_000318.xml.2.tmp"
    assert void_name("ORD_000318.xml", 2) == ".ORD_000318.xml.2.void"
    assert gone_name("ORD_000318.xml", 2) == ".ORD_000318.xml.2.gone"


def test_our_own_hidden_names_are_known_by_their_ending() -> None:
    linking = linking_name(".ORD_000318.xml.2.tmp")
    assert linking == linking_name(linking) == ".ORD_000318.xml.2.tmp.linking"
    names = [".a.1.tmp", linking, ".a.1.void", ".a.1.gone", "a.xml", "a.xml.sha256", "a.xml.ok"]
    assert [is_hidden(name) for name in names] == [True, True, True, True, False, False, False]


def test_where_dots_hide_nothing_the_ending_does() -> None:
    assert temporary_name("ORD_000318.xml", 2, "suffix") == "ORD_000318.xml.2.tmp"
    assert void_name("ORD_000318.xml", 2, "suffix") == "ORD_000318.xml.2.void"


DIGEST = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
WORDS = {"file": "318.xml", "stem": "318", "sha256": DIGEST, "md5": "900150983cd24fb0d6963f7d28e17f72", "orders": "2"}


def test_companions_are_named_after_the_file() -> None:
    assert companion_name("{file}.sha256", "ORD_000318.xml") == "ORD_000318.xml.sha256"
    assert companion_name("{stem}.GO", "ORD_000318.xml") == "ORD_000318.GO"
    assert companion_name("{stem}.GO", "ORD_000318") == "ORD_000318.GO"


def test_a_sidecar_has_the_form_of_sha256sum_and_md5sum() -> None:
    content = companion_content(Handover(checksum="sha256"), Role.CHECKSUM, "318.xml", WORDS)
    assert content == f"{DIGEST}  318.xml\n".encode()
    content = companion_content(Handover(checksum="md5"), Role.CHECKSUM, "318.xml", WORDS)
    assert content == b"900150983cd24fb0d6963f7d28e17f72  318.xml\n"


def test_a_manifest_tells_what_its_lines_ask() -> None:
    handover = Handover(manifest=Manifest("{stem}.ctl", ("file;{file}", "md5;{md5}", "orders;{orders}"), "\r\n"))
    assert handover.digests() == {"md5"}
    content = companion_content(handover, Role.MANIFEST, "318.xml", WORDS)
    assert content == b"file;318.xml\r\nmd5;900150983cd24fb0d6963f7d28e17f72\r\norders;2\r\n"


def test_companions_come_in_the_order_that_the_profile_says() -> None:
    order = (Role.MANIFEST, Role.FILE, Role.CHECKSUM, Role.TRIGGER)
    handover = Handover(
        checksum="sha256", manifest=Manifest("{stem}.ctl", ("{file}",)), trigger="{file}.ok", order=order
    )
    assert list(handover.companions()) == [Role.MANIFEST, Role.CHECKSUM, Role.TRIGGER]
    assert list(Handover(trigger="{file}.ok").companions()) == [Role.TRIGGER]


@pytest.mark.parametrize("pattern", ["{name}.ok", "{file:8}.ok", "{file!r}", "{file"])
def test_a_pattern_of_a_companion_that_asks_for_something_else_is_refused(pattern: str) -> None:
    with pytest.raises(CompanionRefused):
        companion_name(pattern, "318.xml")

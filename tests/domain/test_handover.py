"""The names that a file passes through on its way to the ERP."""

from __future__ import annotations

from bridge.domain.handover import (
    gone_name,
    is_hidden,
    linking_name,
    sidecar_content,
    sidecar_name,
    temporary_name,
    trigger_name,
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


def test_sidecar_and_trigger_are_named_after_the_file() -> None:
    assert sidecar_name("ORD_000318.xml") == "ORD_000318.xml.sha256"
    assert trigger_name("ORD_000318.xml", ".ok") == "ORD_000318.xml.ok"


def test_a_sidecar_has_the_form_of_sha256sum() -> None:
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert sidecar_content("318.xml", digest) == f"{digest}  318.xml\n".encode()

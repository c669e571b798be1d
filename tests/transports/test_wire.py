"""Packets of SFTP version 3, byte by byte; and what is no such packet."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.transports import wire
from bridge.transports.wire import Attributes, Code, Data, Entry, Handle, Kind, Names, ProtocolBroken, Status


def string(content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + content


def test_the_first_packet_asks_for_version_three() -> None:
    assert wire.init() == bytes.fromhex("0000000501 00000003")


def test_a_new_file_is_opened_for_writing_only_and_never_over_another() -> None:
    request = wire.open_new("in/318.tmp")
    assert wire.packet(request, 7) == bytes.fromhex("0000001b 03 00000007 0000000a") + b"in/318.tmp" + bytes.fromhex(
        "0000002a 00000000"
    )


def test_a_rename_is_the_plain_one() -> None:
    assert wire.packet(wire.rename("a", "b"), 1) == bytes.fromhex("0000000f 12 00000001 00000001 61 00000001 62")


def test_no_request_for_the_rename_that_overwrites_exists() -> None:
    assert [kind for kind in Kind if kind.value == 200] == []


def test_answers_are_read_with_their_number() -> None:
    status = bytes([101]) + struct.pack(">II", 9, 4) + string(b"Failure") + string(b"en")
    assert wire.answer(status) == (9, Status(Code.FAILURE))
    assert wire.answer(bytes([102]) + struct.pack(">I", 9) + string(b"h1")) == (9, Handle(b"h1"))
    assert wire.answer(bytes([103]) + struct.pack(">I", 9) + string(b"content")) == (9, Data(b"content"))


def test_a_status_without_words_is_read_too() -> None:
    assert wire.answer(bytes([101]) + struct.pack(">II", 9, 11)) == (9, Status(11))


def test_attributes_are_read_as_far_as_they_are_given() -> None:
    everything = struct.pack(">IQIIIII", 0x8000000F, 4096, 1000, 1000, 0o100644, 1, 1_700_000_000)
    extended = struct.pack(">I", 1) + string(b"acl@example") + string(b"x")
    number, attributes = wire.answer(bytes([105]) + struct.pack(">I", 9) + everything + extended)
    assert (number, attributes) == (9, Attributes(4096, 0o100644, 1_700_000_000))
    assert wire.answer(bytes([105]) + struct.pack(">II", 9, 0)) == (9, Attributes(None, None, None))


def test_names_are_read_also_where_they_are_no_utf_8() -> None:
    content = struct.pack(">I", 2) + string(b"a.csv") + string(b"-rw-r--r-- a.csv") + struct.pack(">I", 0)
    content += string(b"\xff.csv") + string(b"drwxr-xr-x \xff.csv") + struct.pack(">I", 0)
    _, names = wire.answer(bytes([104]) + struct.pack(">I", 9) + content)
    assert isinstance(names, Names)
    assert [(entry.name.encode("utf-8", "surrogateescape"), entry.is_plain_file) for entry in names.entries] == [
        (b"a.csv", True),
        (b"\xff.csv", False),
    ]


@pytest.mark.parametrize(
    ("mode", "long_name", "is_plain"),
    [(0o100644, "d", True), (0o040755, "-", False), (0o120777, "-", False), (None, "l", False), (None, "", True)],
)
def test_the_mode_tells_a_plain_file_before_the_long_name_does(
    mode: int | None, long_name: str, is_plain: bool
) -> None:
    assert Entry("a", long_name, Attributes(mode=mode)).is_plain_file is is_plain


def test_a_folder_needs_no_size_to_be_known_as_one() -> None:
    assert [Attributes(mode=mode).is_folder for mode in (0o040755, 0o100644, None)] == [True, False, False]


def test_extensions_of_the_server_are_read() -> None:
    hello = bytes([2]) + struct.pack(">I", 3) + string(b"limits@openssh.com") + string(b"1")
    assert wire.version(hello) == {"limits@openssh.com": b"1"}


@pytest.mark.parametrize("hello", [b"\x02\x00\x00\x00\x02", b"\x65\x00\x00\x00\x03", b"\x02\x00"])
def test_another_version_or_no_hello_is_refused(hello: bytes) -> None:
    with pytest.raises(ProtocolBroken):
        wire.version(hello)


@given(st.binary(max_size=200))
def test_any_bytes_are_an_answer_or_no_protocol(content: bytes) -> None:
    try:
        number, _ = wire.answer(content)
    except ProtocolBroken:
        number = 0
    assert 0 <= number <= 0xFFFFFFFF


def test_an_answer_with_billions_of_names_is_no_protocol() -> None:
    with pytest.raises(ProtocolBroken):
        wire.answer(bytes([104]) + struct.pack(">II", 9, 0xFFFFFFFF))

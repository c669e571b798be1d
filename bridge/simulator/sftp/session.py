"""One SFTP session of the simulator: paramiko's server, with every request counted and every fault at its place."""

from __future__ import annotations

import socket
import threading
from typing import Any

from paramiko import Message, SFTPServer
from paramiko.sftp import CMD_CLOSE, CMD_NAMES, CMD_RENAME, SFTP_FAILURE

from bridge.simulator.sftp.faults import Faults
from bridge.simulator.sftp.files import RootedFiles


class SftpSession(SFTPServer):
    """Answers requests one after another; a fault may keep, lose or falsify an answer."""

    def __init__(self, channel: Any, name: str, server: Any, **settings: Any) -> None:
        super().__init__(channel, name, server, RootedFiles, **settings)
        self._faults: Faults = settings["faults"]
        self._channel = channel
        self._counts: dict[str, int] = {}
        self._is_mute = False
        self._pause = threading.Event()  # never set: a wait on it is a delay

    def _process(self, kind: int, request_number: int, message: Message) -> None:
        faults, name = self._faults, CMD_NAMES.get(kind, "unknown")
        faults.seen.append(name)
        for counted in (name, "any"):
            self._counts[counted] = self._counts.get(counted, 0) + 1
        if faults.silent_from == name:
            self._is_mute = True
            return
        cut = faults.cut
        if cut is not None and self._counts.get(cut.kind) == cut.ordinal and cut.kind in (name, "any"):
            faults.cut = None
            self._drop(kind, request_number, message, cut.executed)
            return
        if kind == CMD_RENAME and faults.hold_renames:
            self._is_mute = True  # stalled: neither this nor anything behind it is answered
            held = faults.hold()
            held.wait()
            self._execute(kind, request_number, message)
            faults.done_with(held)
            return
        self._pause.wait(faults.delay_s)
        if kind == CMD_CLOSE and faults.disk_full_at == "close":
            self._answer_failure(request_number)
            return
        self._execute(kind, request_number, message)

    def _execute(self, kind: int, request_number: int, message: Message) -> None:
        super()._process(kind, request_number, message)  # type: ignore[misc]  # the library's hook has no stub

    def _answer_failure(self, request_number: int) -> None:
        self._send_status(request_number, SFTP_FAILURE)  # type: ignore[attr-defined]  # the library's hook has no stub

    def _drop(self, kind: int, request_number: int, message: Message, executed: bool) -> None:
        """Lose the line, with or without the effect."""
        self._is_mute = True
        if executed:
            self._execute(kind, request_number, message)
        self._channel.get_transport().sock.shutdown(socket.SHUT_RDWR)

    def _send_packet(self, kind: Any, packet: Any) -> None:
        if not self._is_mute:
            super()._send_packet(kind, packet)  # type: ignore[misc]  # the library's hook has no stub

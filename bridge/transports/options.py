"""The `[endpoints.NAME.transport]` keys of a type, read strictly: what is wrong names its place and its cure."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from bridge.config.values import Secret, TransportSettings
from bridge.domain.errors import ConfigurationRefused

KEY_TYPES: dict[str, tuple[str, ...]] = {  # what a server may call the algorithms of one key type
    "ssh-ed25519": ("ssh-ed25519",),
    "ecdsa": ("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"),
    "ssh-rsa": ("rsa-sha2-512", "rsa-sha2-256"),
}
WIDTH_MAX = 512
TIMEOUT_S_MAX = 600.0
_FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")


@dataclass(frozen=True, slots=True)
class SftpOptions:
    """Where and who. password and private key: exactly one is set. Secrets never show in repr."""

    host: str
    user: str
    host_keys: tuple[str, ...]  # `SHA256:...`, as `ssh-keygen -lf` prints them
    port: int = 22
    password: Secret | None = None
    private_key: Secret | Path | None = None  # a path, or the PEM text as a secret
    passphrase: Secret | None = None
    timeout_s: float = 30.0
    width: int = 64  # files under way at once
    place: str = ""

    @property
    def server(self) -> str:
        """How messages name it."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class LocalOptions:
    """The mounted folder that all paths of the endpoint lie below."""

    folder: Path
    place: str = ""
    outbound: str | None = None  # where the ERP writes: a change there means 'look soon'


def sftp_options(settings: TransportSettings) -> SftpOptions:
    """Read and check the keys of `type = "sftp"`. Raises ConfigurationRefused."""
    options, place = settings.options, settings.place
    known = {
        "host",
        "port",
        "user",
        "password",
        "private_key",
        "passphrase",
        "host_keys",
        "timeout_s",
        "width",
        "rename",
    }
    _refuse_unknown(options, known, place)
    if options.get("rename", "plain") != "plain":
        _refuse(place, "rename knows only `plain`", 'Remove it. The rename that overwrites ("posix") is never used.')
    if ("password" in options) == ("private_key" in options):
        _refuse(place, "exactly one of password and private_key is needed", "Name one of them, as a secret reference.")
    private_key = options.get("private_key")
    if private_key is not None and not isinstance(private_key, Secret):
        private_key = Path(_text(options, "private_key", place))
    return SftpOptions(
        host=_text(options, "host", place),
        user=_text(options, "user", place),
        host_keys=_host_keys(options.get("host_keys", ()), place),
        port=int(_number(options, "port", 22, 65535, place)),
        password=_secret(options, "password", place),
        private_key=private_key,
        passphrase=_secret(options, "passphrase", place),
        timeout_s=_number(options, "timeout_s", 30, TIMEOUT_S_MAX, place),
        width=int(_number(options, "width", 64, WIDTH_MAX, place)),
        place=place,
    )


def local_options(settings: TransportSettings) -> LocalOptions:
    """Read and check the keys of `type = "local"`. Raises ConfigurationRefused."""
    _refuse_unknown(settings.options, {"folder"}, settings.place)
    folder = settings.options.get("folder")
    if not isinstance(folder, str | Path) or not str(folder):
        _refuse(settings.place, "folder is missing", "Name the mounted folder that inbound and outbound lie in.")
    return LocalOptions(Path(folder), settings.place, settings.outbound)


def _host_keys(given: object, place: str) -> tuple[str, ...]:
    """Fingerprints of what is pinned: `SHA256:...`, or a public key line as in known_hosts or a .pub file."""
    lines = [given] if isinstance(given, str) else given
    if not isinstance(lines, list | tuple) or not all(isinstance(line, str) for line in lines):
        _refuse(place, "host_keys is not a list of texts", 'Write host_keys = ["SHA256:..."].')
    return tuple(_fingerprint_of(line, place) for line in lines)


def _fingerprint_of(line: str, place: str) -> str:
    found = _FINGERPRINT.search(line)
    if found:
        return found.group()
    for word in line.split():
        if word.startswith("AAAA"):
            try:
                return fingerprint(base64.b64decode(word, validate=True))
            except binascii.Error:
                break
    cure = 'Write "SHA256:..." as `ssh-keygen -lf` prints it, or the public key.'
    raise ConfigurationRefused(place=place, what="host_keys holds what is no key", cure=cure)


def fingerprint(key: bytes) -> str:
    """As OpenSSH shows it: SHA256 and base64 without padding."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip("=")


def _text(options: Mapping[str, Any], key: str, place: str) -> str:
    value = options.get(key)
    if isinstance(value, Secret):  # a reference may stand for any text
        value = value.value
    if not isinstance(value, str) or not value:
        _refuse(place, f"{key} is missing or no text", f"Write {key} = the text that the server's owner gave you.")
    return value


def _secret(options: Mapping[str, Any], key: str, place: str) -> Secret | None:
    value = options.get(key)
    if value is not None and not isinstance(value, Secret):
        _refuse(
            place, f"{key} stands in the file itself", f'Write {key} = "env:NAME", "file:PATH" or "credential:NAME".'
        )
    return value


def _number(options: Mapping[str, Any], key: str, default: float, most: float, place: str) -> float:
    value = options.get(key, default)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= most:
        _refuse(place, f"{key} is no number from 1 to {most:g}", f"Correct {key}, or remove it to get {default:g}.")
    return float(value)


def _refuse_unknown(options: Mapping[str, Any], known: set[str], place: str) -> None:
    for key in sorted(set(options) - known):
        _refuse(place, f"the key {key} is not known", f"Allowed are {', '.join(sorted(known))}.")


def _refuse(place: str, what: str, cure: str) -> NoReturn:
    raise ConfigurationRefused(place=place, what=what, cure=cure)

"""The `[endpoints.NAME.transport]` keys of a type, read strictly: what is wrong names its place and its cure."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from bridge.config.options import Options
from bridge.config.values import Secret, TransportSettings

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
    """The checked keys of `type = "sftp"`. Raises ConfigurationRefused with every mistake."""
    options = Options(settings)
    if options.given("password") == options.given("private_key"):
        cure = "Name one of the two, as a reference to a secret."
        options.wrong("password", "or private_key is needed, and not both", cure)
    options.one_of("rename", "plain", ("plain",))  # the rename that overwrites ("posix") is never used
    result = SftpOptions(
        host=_plain(options.address("host")),
        user=_plain(options.address("user")),
        host_keys=_host_keys(options),
        port=options.whole("port", 22, 1, 65535),
        password=options.secret("password") if options.given("password") else None,
        private_key=_private_key(options) if options.given("private_key") else None,
        passphrase=options.secret("passphrase") if options.given("passphrase") else None,
        timeout_s=options.seconds("timeout_s", 30, least=0.1, most=TIMEOUT_S_MAX),
        width=options.whole("width", 64, 1, WIDTH_MAX),
        place=settings.place,
    )
    options.finish()
    return result


def local_options(settings: TransportSettings) -> LocalOptions:
    """The checked keys of `type = "local"`. Raises ConfigurationRefused with every mistake."""
    options = Options(settings)
    folder = options.text("folder")
    options.finish()
    return LocalOptions(Path(folder), settings.place, settings.outbound)


def _plain(value: str | Secret) -> str:
    """A reference may stand for any text."""
    return value.value if isinstance(value, Secret) else value


def _private_key(options: Options) -> Secret | Path:
    key = options.address("private_key")
    return key if isinstance(key, Secret) else Path(key)


def _host_keys(options: Options) -> tuple[str, ...]:
    """Fingerprints of what is pinned: `SHA256:...`, or a public key line as in known_hosts or a .pub file."""
    fingerprints = [_fingerprint_of(line) for line in options.texts_or_one("host_keys")]
    if "" in fingerprints:
        cure = 'Write "SHA256:..." as `ssh-keygen -lf` prints it, or the public key.'
        options.wrong("host_keys", "holds what is no key", cure)
    return tuple(fingerprints)


def _fingerprint_of(line: str) -> str:
    """Empty where the line holds no key."""
    found = _FINGERPRINT.search(line)
    if found:
        return found.group()
    for word in line.split():
        if word.startswith("AAAA"):
            try:
                return fingerprint(base64.b64decode(word, validate=True))
            except binascii.Error:
                return ""
    return ""


def fingerprint(key: bytes) -> str:
    """As OpenSSH shows it: SHA256 and base64 without padding."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip("=")

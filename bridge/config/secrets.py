"""Secrets are references (`env:NAME`, `file:PATH`, `credential:NAME`), resolved at load; a literal one is refused.

What a service gets (its credentials, its environment) a person's shell need not have: a command that looks at the
ledger alone loads without them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bridge.config.mistakes import Wrong
from bridge.config.values import Secret

SECRET_KEYS = frozenset(
    {"key", "secret", "password", "passphrase", "token", "access_token", "api_key", "consumer_key", "consumer_secret"}
)
SCHEMES = ("env:", "file:", "credential:")
CREDENTIALS_DIRECTORY = "CREDENTIALS_DIRECTORY"  # set by systemd for a unit with LoadCredential=
SECRET_BYTES_MAX = 64 * 1024


class SecretMissing(Wrong):
    """A reference is right, and what it names is not to be had here."""


_HOW = 'Write "env:NAME", "file:PATH" or "credential:NAME", and keep the secret itself there.'


@dataclass(frozen=True, slots=True)
class Secrets:
    """Where references are looked up."""

    folder: Path  # relative paths are below it
    environ: Mapping[str, str]
    later: bool = False  # one that is not to be had is a mistake for who needs it, not at once

    def option(self, key: str, value: object) -> object:
        """An option's value with its reference resolved. Raises Wrong for a literal secret and a missing one."""
        if isinstance(value, str) and value.startswith(SCHEMES):
            return self.resolved(value)
        if key in SECRET_KEYS or (isinstance(value, str) and "PRIVATE KEY-----" in value):
            # The value itself is never repeated: it may be the real one.
            raise Wrong("is a secret written into the file", _HOW)
        return value

    def resolved(self, reference: str) -> Secret:
        """The secret that a reference names. Raises Wrong."""
        scheme, _, name = reference.partition(":")
        if not name:
            raise Wrong(f"is {reference!r}, which names nothing", _HOW)
        if scheme == "env":
            return Secret(reference, self._from_environment(name))
        if scheme == "file":
            return Secret(reference, self._from_file(self.folder / name, reference))
        directory = self.environ.get(CREDENTIALS_DIRECTORY)
        if not directory:
            cure = "Start erp-bridge as a systemd unit with LoadCredential=, or use file:PATH."
            raise SecretMissing(f"is {reference!r}, but no credentials were passed", cure)
        if Path(name).name != name:
            raise Wrong(f"is {reference!r}, which is not a plain name", "Write the name given in LoadCredential=.")
        return Secret(reference, self._from_file(Path(directory) / name, reference))

    def _from_environment(self, name: str) -> str:
        value = self.environ.get(name)
        if not value:
            cure = f"Set {name} for erp-bridge."
            raise SecretMissing(f"needs the environment variable {name}, which is not set", cure)
        return value

    def _from_file(self, path: Path, reference: str) -> str:
        try:
            with path.open("rb") as opened:
                content = opened.read(SECRET_BYTES_MAX + 1)
        except OSError as error:
            reason = "is not there" if isinstance(error, FileNotFoundError) else "cannot be read"
            cure = f"Put the secret into that file, readable for erp-bridge ({error.strerror or 'no reason given'})."
            raise SecretMissing(f"is {reference!r}, and that file {reason}", cure) from error
        try:
            text = content.decode()
        except UnicodeDecodeError as error:
            raise Wrong(f"is {reference!r}, and that file is not text", "Keep the secret as UTF-8 text.") from error
        text = text.removesuffix("\n").removesuffix("\r")
        if not text or len(content) > SECRET_BYTES_MAX:
            allowed = f"Keep 1 to {SECRET_BYTES_MAX} bytes in it."
            raise Wrong(f"is {reference!r}, and that file is {'too large' if text else 'empty'}", allowed)
        return text

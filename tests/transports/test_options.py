"""A wrong key of `[endpoints.NAME.transport]` names its place, what is wrong, and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.config.values import Secret, TransportSettings
from bridge.domain.errors import EXIT_CONFIGURATION, ConfigurationRefused
from bridge.transports import open_transport
from tests.transports.moments import noon
from tests.transports.served import sftp_settings

KEY = "SHA256:" + "A" * 43


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"host": None}, "host is missing"),
        ({"user": 7}, "user must be a text"),
        ({"password": None}, "password or private_key is needed, and not both"),
        ({"private_key": "/keys/acme"}, "password or private_key is needed, and not both"),
        ({"password": "hunter2"}, "password must not stand here itself"),
        ({"host_keys": ["ssh-ed25519 nonsense"]}, "host_keys holds what is no key"),
        ({"host_keys": 5}, "host_keys must be a list of texts"),
        ({"port": 70_000}, "port must be a whole number"),
        ({"timeout_s": 0}, "timeout_s must be a number of seconds"),
        ({"width": True}, "width must be a whole number"),
        ({"rename": "posix"}, "rename has an unknown value"),
        ({"strict_host_key_checking": False}, "strict_host_key_checking is unknown"),
    ],
)
def test_a_wrong_sftp_key_is_refused_with_its_place(changed: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigurationRefused) as refused:
        open_transport("acme", sftp_settings(22, KEY, **changed), noon)
    assert refused.value.problem.message == f"bridge.toml:7: transport.{message}."
    assert refused.value.problem.action
    assert refused.value.exit_code == EXIT_CONFIGURATION
    assert "hunter2" not in str(refused.value)


def test_a_key_file_that_cannot_be_read_is_a_mistake_of_the_configuration(tmp_path: Path) -> None:
    settings = sftp_settings(22, KEY, password=None, private_key=str(tmp_path / "absent"))
    with pytest.raises(ConfigurationRefused, match=r"bridge\.toml:7: the private key cannot be read"):
        open_transport("acme", settings, noon).__enter__()


def test_a_local_folder_has_to_be_named() -> None:
    with pytest.raises(ConfigurationRefused, match=r"bridge\.toml:7: transport\.folder is missing"):
        open_transport("acme", local_settings({}), noon)


def test_a_type_that_is_not_installed_is_refused_with_those_that_are() -> None:
    settings = TransportSettings("carrier-pigeon", {}, "bridge.toml:7", "inbound", None, None, None)
    with pytest.raises(ConfigurationRefused) as refused:
        open_transport("acme", settings, noon)
    assert refused.value.problem.message == "bridge.toml:7: the transport type carrier-pigeon is not installed"
    assert refused.value.problem.action.startswith("Installed are local, sftp. ")


def test_secrets_never_show(tmp_path: Path) -> None:
    transport = open_transport("acme", sftp_settings(22, KEY, password=Secret("env:ACME", "hunter2")), noon)
    assert "hunter2" not in repr(transport) + repr(vars(transport))


def local_settings(options: dict[str, object]) -> TransportSettings:
    return TransportSettings("local", options, "bridge.toml:7", "inbound", None, None, None)

"""Who the server is, and who we are: nothing is sent to a server whose key is not pinned, and nothing stays behind."""

from __future__ import annotations

import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import paramiko
import pytest

from bridge.config.values import Secret
from bridge.domain.errors import ConfigurationRefused, Refused, Unavailable
from bridge.simulator.sftp.server import Account, SftpServer, host_key
from bridge.transports import open_transport
from tests.transports.moments import noon, wait_until
from tests.transports.served import PASSWORD, Served, served, sftp_settings

OTHER_KEY = "SHA256:" + "A" * 43


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as running:
        yield running


def key_pair(folder: Path, name: str, kind: str, passphrase: str = "") -> Path:
    """A key as an administrator makes it."""
    path = folder / name
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-f", path], check=True)
    return path


def public_text(private: Path) -> str:
    return private.with_suffix(".pub").read_text().split()[1]


def test_an_unknown_host_key_is_refused_before_any_login(server: Served) -> None:
    """Pains 28 and 29: the message names the key offered, the keys pinned and the line to edit."""
    with pytest.raises(Refused) as refused, open_transport("acme", server.settings(host_keys=[OTHER_KEY]), noon):
        pass
    problem = refused.value.problem
    assert problem.code == "host-key-unknown"
    assert f"shows the host key {server.server.fingerprint}; pinned is {OTHER_KEY}" in problem.message
    assert problem.action.endswith("add it to host_keys at bridge.toml:7.")


def test_without_a_pinned_key_the_offered_one_is_shown_and_refused(server: Served) -> None:
    with pytest.raises(Refused) as refused, open_transport("acme", server.settings(host_keys=[]), noon):
        pass
    assert f"{server.server.fingerprint}; pinned is none" in refused.value.problem.message


def test_two_keys_may_be_pinned_while_a_server_changes_its_key(server: Served) -> None:
    settings = server.settings(host_keys=[OTHER_KEY, server.server.fingerprint])
    with open_transport("acme", settings, noon) as transport:
        assert transport.look(["inbound/absent.xml"]) == [None]


def test_a_public_key_line_pins_as_well_as_its_fingerprint(server: Served, tmp_path: Path) -> None:
    line = f"ssh-ed25519 {host_key(tmp_path / 'host.key').get_base64()} erp@example"
    with open_transport("acme", server.settings(host_keys=[line]), noon) as transport:
        assert transport.look(["inbound/absent.xml"]) == [None]


def test_the_pinned_key_may_be_the_servers_second(tmp_path: Path) -> None:
    """The server prefers its ed25519 key; the ERP's owner gave us the fingerprint of the RSA one."""
    rsa = paramiko.RSAKey.from_private_key_file(str(key_pair(tmp_path, "rsa", "rsa")))
    first = host_key(tmp_path / "first.key")
    with SftpServer(tmp_path / "root", {"acme": Account(PASSWORD)}, first, more_keys=(rsa,)) as running:
        here = Served(running, tmp_path / "root")
        with open_transport("acme", here.settings(host_keys=[rsa.fingerprint]), noon) as transport:
            assert transport.look(["absent.xml"]) == [None]
        with pytest.raises(Refused) as refused, open_transport("acme", here.settings(host_keys=[OTHER_KEY]), noon):
            pass
    assert f"{running.fingerprint}, {rsa.fingerprint}; pinned is" in refused.value.problem.message


def test_a_wrong_password_is_refused_without_being_shown(server: Served) -> None:
    settings = server.settings(password=Secret("env:ACME_PASSWORD", "hunter2"))
    with pytest.raises(Refused) as refused, open_transport("acme", settings, noon):
        pass
    problem = refused.value.problem
    assert (problem.code, problem.temporary) == ("login-refused", False)
    assert "hunter2" not in repr(refused.value) + repr(problem) + repr(settings)


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_a_private_key_of_each_kind_logs_in(tmp_path: Path, kind: str) -> None:
    key = key_pair(tmp_path, "login", kind)
    accounts = {"acme": Account(public_keys=(public_text(key),))}
    with SftpServer(tmp_path / "root", accounts, host_key(tmp_path / "host.key")) as running:
        settings = Served(running, tmp_path / "root").settings(private_key=str(key), password=None)
        with open_transport("acme", settings, noon) as transport:
            assert transport.look(["absent.xml"]) == [None]


def test_the_user_may_stand_outside_the_file_too(server: Served) -> None:
    with open_transport("acme", server.settings(user=Secret("env:ACME_USER", "acme")), noon) as transport:
        assert transport.look(["inbound/absent.xml"]) == [None]


def test_a_key_as_secret_text_with_its_passphrase_logs_in(tmp_path: Path) -> None:
    key = key_pair(tmp_path, "login", "ed25519", "open sesame")
    accounts = {"acme": Account(public_keys=(public_text(key),))}
    with SftpServer(tmp_path / "root", accounts, host_key(tmp_path / "host.key")) as running:
        settings = Served(running, tmp_path / "root").settings(
            private_key=Secret("file:login", key.read_text()),
            passphrase=Secret("env:PHRASE", "open sesame"),
            password=None,
        )
        with open_transport("acme", settings, noon) as transport:
            assert transport.look(["absent.xml"]) == [None]


def test_a_key_that_needs_a_passphrase_says_so(server: Served, tmp_path: Path) -> None:
    key = key_pair(tmp_path, "login", "ed25519", "open sesame")
    settings = server.settings(private_key=str(key), password=None)
    with pytest.raises(ConfigurationRefused, match=r"bridge\.toml:7: the private key needs a passphrase"):
        open_transport("acme", settings, noon).__enter__()


def test_no_thread_stays_after_failed_logins(server: Served) -> None:
    """The library leaves one thread for each failed login that nobody closes."""
    before = {thread.name for thread in threading.enumerate()}
    for _ in range(5):
        with pytest.raises(Refused):
            open_transport("acme", server.settings(password=Secret("env:X", "wrong")), noon).__enter__()
        with pytest.raises(Refused):
            open_transport("acme", server.settings(host_keys=[OTHER_KEY]), noon).__enter__()
    wait_until(lambda: {thread.name for thread in threading.enumerate()} <= before)
    assert {thread.name for thread in threading.enumerate()} <= before


def test_no_thread_stays_after_the_last_use(server: Served) -> None:
    before = set(threading.enumerate())
    with open_transport("acme", server.settings(), noon):
        assert len(set(threading.enumerate()) - before) >= 1  # the library's, while it is in use
    wait_until(lambda: set(threading.enumerate()) <= before)
    assert set(threading.enumerate()) <= before


def test_a_server_that_is_away_is_unavailable_and_named() -> None:
    with socket.socket() as kept:  # ours, so that nobody else listens there meanwhile; and nor do we
        kept.bind(("127.0.0.1", 0))
        port = kept.getsockname()[1]
        with pytest.raises(Unavailable) as unavailable:
            open_transport("acme", sftp_settings(port, OTHER_KEY), noon).__enter__()
    assert unavailable.value.problem.message == (
        f"The file server of acme (127.0.0.1:{port}) cannot be reached: nothing listens there."
    )
    assert unavailable.value.problem.temporary is True


def test_weak_algorithms_are_not_offered() -> None:
    """Pain 28: a server that has only old ones is told apart from one that is away."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        key = paramiko.RSAKey.generate(2048)  # before anybody waits for it
        old = threading.Thread(target=serve_with_old_ciphers_only, args=(listener, key))
        old.start()
        with pytest.raises(Refused) as refused:
            open_transport("acme", sftp_settings(listener.getsockname()[1], OTHER_KEY), noon).__enter__()
        old.join()
    assert refused.value.problem.code == "ssh-algorithms"
    assert "have no common algorithm" in refused.value.problem.message


def serve_with_old_ciphers_only(listener: socket.socket, key: paramiko.PKey) -> None:
    connection, _ = listener.accept()
    over = threading.Event()
    transport = paramiko.Transport(connection)
    transport.get_security_options().ciphers = ("aes128-cbc", "3des-cbc")
    transport.add_server_key(key)
    transport.start_server(event=over, server=paramiko.ServerInterface())
    over.wait(60)
    transport.close()
    transport.join(60)

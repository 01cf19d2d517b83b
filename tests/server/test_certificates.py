"""The server's own certificate: trusted through its authority, renewed in time, and good for nothing else."""

import ipaddress
import shutil
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from cairn import certificates
from cairn.certificates import AUTHORITY, own_certificate


def handshake(chain: Path, key: Path, authority: Path, name: str) -> str:
    """The protocol's version that a client who trusts the authority agrees on; raises what the client finds wrong."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(chain, key)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            connection, _ = listening.accept()
            try:
                with server.wrap_socket(connection, server_side=True) as wrapped:
                    wrapped.recv(1)
            except OSError:
                connection.close()

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            client = ssl.create_default_context(cafile=authority)
            with (
                socket.create_connection(listening.getsockname()) as plain,
                client.wrap_socket(plain, server_hostname=name) as wrapped,
            ):
                return wrapped.version() or ""
        finally:
            thread.join()


def serial(chain: Path) -> int:
    return x509.load_pem_x509_certificates(chain.read_bytes())[0].serial_number


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
def test_a_client_that_trusts_the_authority_connects(tmp_path: Path, name: str) -> None:
    chain, key = own_certificate(tmp_path / "tls")
    assert handshake(chain, key, tmp_path / "tls" / AUTHORITY, name).startswith("TLS")


def test_another_name_is_not_covered(tmp_path: Path) -> None:
    chain, key = own_certificate(tmp_path)
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(chain, key, tmp_path / AUTHORITY, "bank.example.com")


def test_the_authority_may_sign_for_this_machine_and_private_addresses_only(tmp_path: Path) -> None:
    own_certificate(tmp_path)
    authority = x509.load_pem_x509_certificate((tmp_path / AUTHORITY).read_bytes())
    permitted = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    names = {each.value for each in permitted if isinstance(each, x509.DNSName)}
    networks = [each.value for each in permitted if isinstance(each, x509.IPAddress)]
    assert names == {"localhost", certificates.host_name()}
    assert all(network.is_private for network in networks)


def test_it_stays_the_same_until_an_address_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chain, _ = own_certificate(tmp_path)
    first, authority = serial(chain), (tmp_path / AUTHORITY).read_bytes()
    own_certificate(tmp_path)
    assert serial(chain) == first
    addresses = [*certificates.own_addresses(), ipaddress.ip_address("192.168.77.5")]
    monkeypatch.setattr(certificates, "own_addresses", lambda: addresses)
    own_certificate(tmp_path)
    assert serial(chain) != first
    assert (tmp_path / AUTHORITY).read_bytes() == authority


def test_it_is_renewed_before_it_runs_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates, "VALID_FOR", timedelta(days=10))
    chain, _ = own_certificate(tmp_path)
    first = serial(chain)
    monkeypatch.undo()
    own_certificate(tmp_path)
    assert serial(chain) != first
    renewed = x509.load_pem_x509_certificates(chain.read_bytes())[0]
    assert renewed.not_valid_after_utc > datetime.now(UTC) + timedelta(days=300)


def test_keys_are_for_their_owner_only(tmp_path: Path) -> None:
    _, key = own_certificate(tmp_path)
    for path in (key, tmp_path / "authority.key"):
        assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["server.crt", AUTHORITY, "authority.key"])
def test_damaged_files_are_replaced(tmp_path: Path, name: str) -> None:
    own_certificate(tmp_path)
    (tmp_path / name).write_text("damaged")
    if name != "server.crt":
        (tmp_path / "server.crt").unlink()
    chain, key = own_certificate(tmp_path)
    assert handshake(chain, key, tmp_path / AUTHORITY, "localhost").startswith("TLS")
    shutil.rmtree(tmp_path)

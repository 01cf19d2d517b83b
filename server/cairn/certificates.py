"""A certificate of one's own, so that phones on the local network give a page their position and install it.

Two files matter to a person: `authority.crt`, which a phone is told to trust once, and the server's certificate, which
the authority signs anew whenever it runs out or the machine has other addresses. The authority can sign for this
machine and private addresses only, so that trusting it opens no other door.
"""

import ipaddress
import os
import socket
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

AUTHORITY = "authority.crt"
VALID_FOR = timedelta(days=397)
"""What browsers accept at most; an authority that a person installed may be older."""
AUTHORITY_VALID_FOR = timedelta(days=3650)
RENEW_BEFORE = timedelta(days=14)
CLOCKS_DIFFER_BY = timedelta(days=1)
PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8", "::1/128", "fc00::/7")


def own_certificate(folder: Path) -> tuple[Path, Path]:
    """Paths of the certificate chain and of its key, made or renewed if need be."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    chain, key = folder / "server.crt", folder / "server.key"
    names, addresses = [*dict.fromkeys(("localhost", host_name()))], own_addresses()
    if not (chain.exists() and key.exists() and _still_good(chain, names, addresses)):
        authority, authority_key = _authority(folder)
        server_key = ec.generate_private_key(ec.SECP256R1())
        certificate = _sign(names, addresses, server_key, authority, authority_key)
        _write_key(key, server_key)
        chain.write_bytes(_pem(certificate) + _pem(authority))
    return chain, key


def host_name() -> str:
    """The machine's name as a certificate can carry it."""
    name = socket.gethostname().encode("ascii", "ignore").decode().lower()
    return name if name and name.replace("-", "a").replace(".", "a").isalnum() else "localhost"


def own_addresses() -> list[Address]:
    """Loopback, and the private addresses of this machine."""
    return [ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1"), *lan_addresses()]


def lan_addresses() -> list[Address]:
    """Private addresses by which others on the local network reach this machine, the likeliest first."""
    found = [_address_towards("192.0.2.1", socket.AF_INET), _address_towards("2001:db8::1", socket.AF_INET6)]
    with suppress(OSError):  # a machine that cannot look up its own name still has the address of its default route
        found += [str(entry[4][0]) for entry in socket.getaddrinfo(socket.gethostname(), None)]
    addresses = [ipaddress.ip_address(text.split("%")[0]) for text in found if text]
    return [each for each in dict.fromkeys(addresses) if _is_private(each) and not each.is_loopback]


def _is_private(address: Address) -> bool:
    return any(address in ipaddress.ip_network(network) for network in PRIVATE)


def _address_towards(target: str, family: socket.AddressFamily) -> str | None:
    """Which of our addresses the system would send from; for UDP nothing is really sent."""
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((target, 9))
            return str(probe.getsockname()[0])
    except OSError:
        return None


def _still_good(chain: Path, names: Sequence[str], addresses: Sequence[Address]) -> bool:
    try:
        certificate, authority = x509.load_pem_x509_certificates(chain.read_bytes())
        covered = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, x509.ExtensionNotFound):
        return False
    if min(certificate.not_valid_after_utc, authority.not_valid_after_utc) < datetime.now(UTC) + RENEW_BEFORE:
        return False
    return set(names) <= set(covered.get_values_for_type(x509.DNSName)) and set(addresses) <= set(
        covered.get_values_for_type(x509.IPAddress)
    )


def _authority(folder: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """The authority of this folder; a new one is made when there is none, or when it will not last."""
    path, key_path = folder / AUTHORITY, folder / "authority.key"
    try:
        authority = x509.load_pem_x509_certificate(path.read_bytes())
        key = serialization.load_pem_private_key(key_path.read_bytes(), password=None)
        lasts = authority.not_valid_after_utc > datetime.now(UTC) + VALID_FOR
        if lasts and isinstance(key, ec.EllipticCurvePrivateKey) and key.public_key() == authority.public_key():
            return authority, key
    except (OSError, ValueError, TypeError):
        pass  # missing or damaged: a new one is all that helps, and phones have to trust that one
    key = ec.generate_private_key(ec.SECP256R1())
    authority = _sign_authority(key)
    _write_key(key_path, key)
    path.write_bytes(_pem(authority))
    return authority, key


def _sign_authority(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Cairn on {host_name()}"[:64])])
    permitted: list[x509.GeneralName] = [x509.DNSName(each) for each in dict.fromkeys(("localhost", host_name()))]
    permitted += [x509.IPAddress(ipaddress.ip_network(network)) for network in PRIVATE]
    return (
        _begun(name, name, key.public_key(), AUTHORITY_VALID_FOR)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.NameConstraints(permitted_subtrees=permitted, excluded_subtrees=None), critical=True)
        .add_extension(_key_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )


def _sign(
    names: Sequence[str],
    addresses: Sequence[Address],
    key: ec.EllipticCurvePrivateKey,
    authority: x509.Certificate,
    authority_key: ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[-1][:64])])
    covered: list[x509.GeneralName] = [x509.DNSName(each) for each in names]
    covered += [x509.IPAddress(each) for each in addresses]
    return (
        _begun(subject, authority.subject, key.public_key(), VALID_FOR)
        .add_extension(x509.SubjectAlternativeName(covered), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(_key_usage(signs_certificates=False), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, valid_for: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCKS_DIFFER_BY)
        .not_valid_after(now - CLOCKS_DIFFER_BY + valid_for)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    """Readable for its owner only, from the first moment."""
    content = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)

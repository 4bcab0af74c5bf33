"""The certificate is checked against the name in the URL, whatever address was dialled."""

import datetime as dt
import ipaddress
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cdmo_portal.outgoing import OutgoingFailed, OutgoingRefused, OutgoingTimeout, Policy, fetch
from tests.outgoing.doubles import LOOPBACK, LoopbackServer, StubResolver, endless, ok, redirecting, saying

RESOLVER = StubResolver([LOOPBACK])


def write_certificate(
    folder: Path, *names: x509.GeneralName, common_name: str = "test", age_days: int = 0
) -> Path:
    """A self-signed certificate and its key in one file; it is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    start = dt.datetime.now(dt.UTC) - dt.timedelta(days=age_days + 1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .add_extension(key_usage(), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "certificate.pem"
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


def key_usage() -> x509.KeyUsage:
    wanted = {"digital_signature", "key_cert_sign"}
    fields = [
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    ]  # fmt: skip
    return x509.KeyUsage(**{field: field in wanted for field in fields})


@contextmanager
def serving_tls(certificate: Path, answer: bytes = b"") -> Iterator[tuple[LoopbackServer, Policy, list[str]]]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    names: list[str] = []
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    with LoopbackServer(saying(answer or ok(b"rows")), context) as server:
        allow = (f"{LOOPBACK}:{server.port}",)
        yield server, Policy(allow=allow, ca_file=str(certificate), deadline_s=5), names


def test_fetch_when_the_certificate_fits_then_host_and_sni_carry_the_name(tmp_path: Path) -> None:
    certificate = write_certificate(tmp_path, x509.DNSName("feeds.example"))

    with serving_tls(certificate) as (server, policy, names):
        url = f"https://feeds.example:{server.port}/feed.csv"
        response = fetch(url, policy=policy, resolver=RESOLVER)

    assert response.body == b"rows"
    assert names == ["feeds.example"]
    assert f"\r\nHost: feeds.example:{server.port}\r\n".encode() in server.requests[0]


def test_fetch_when_the_certificate_names_the_address_then_an_address_url_works(tmp_path: Path) -> None:
    certificate = write_certificate(tmp_path, x509.IPAddress(ipaddress.ip_address(LOOPBACK)))

    with serving_tls(certificate) as (server, policy, _):
        assert fetch(f"https://{LOOPBACK}:{server.port}/", policy=policy).body == b"rows"


@pytest.mark.parametrize(
    "name",
    [
        x509.DNSName("other.example"),
        x509.DNSName("*.feeds.example"),
        x509.DNSName("*.example.com"),
        x509.IPAddress(ipaddress.ip_address(LOOPBACK)),
    ],
)
def test_fetch_when_the_certificate_is_for_another_name_then_nothing_is_sent(
    tmp_path: Path, name: x509.GeneralName
) -> None:
    certificate = write_certificate(tmp_path, name, common_name="feeds.example")

    with serving_tls(certificate) as (server, policy, _), pytest.raises(OutgoingFailed) as failed:
        fetch(
            f"https://feeds.example:{server.port}/",
            headers={"Authorization": "Bearer 1"},
            policy=policy,
            resolver=RESOLVER,
        )

    assert "CERTIFICATE_VERIFY_FAILED" in failed.value.detail
    assert server.requests == []


def test_fetch_when_the_certificate_has_expired_then_nothing_is_sent(tmp_path: Path) -> None:
    certificate = write_certificate(tmp_path, x509.DNSName("feeds.example"), age_days=30)

    with serving_tls(certificate) as (server, policy, _), pytest.raises(OutgoingFailed):
        fetch(f"https://feeds.example:{server.port}/", policy=policy, resolver=RESOLVER)

    assert server.requests == []


def test_fetch_when_nobody_vouches_for_the_certificate_then_nothing_is_sent(tmp_path: Path) -> None:
    certificate = write_certificate(tmp_path, x509.DNSName("feeds.example"))

    with serving_tls(certificate) as (server, _, _), pytest.raises(OutgoingFailed) as failed:
        fetch(f"https://feeds.example:{server.port}/", policy=server.policy(), resolver=RESOLVER)

    assert "CERTIFICATE_VERIFY_FAILED" in failed.value.detail
    assert server.requests == []


def test_fetch_when_redirected_from_https_to_http_then_it_is_refused(tmp_path: Path) -> None:
    certificate = write_certificate(tmp_path, x509.DNSName("feeds.example"))
    with (
        LoopbackServer(saying(ok())) as plain,
        serving_tls(certificate, redirecting(plain.url())) as (server, policy, _),
    ):
        both = Policy(allow=(*policy.allow, *plain.policy().allow), ca_file=policy.ca_file)

        with pytest.raises(OutgoingRefused):
            fetch(f"https://feeds.example:{server.port}/", policy=both, resolver=RESOLVER)

    assert plain.requests == []


def test_fetch_when_the_server_speaks_no_tls_then_it_failed() -> None:
    answer = saying(b"HTTP/1.1 400 Bad\r\n\r\n")

    with LoopbackServer(answer, is_rude=True) as server, pytest.raises(OutgoingFailed):
        fetch(f"https://{LOOPBACK}:{server.port}/", policy=server.policy())


# The second begins a TLS record of 16 kB and lets it drip.
@pytest.mark.parametrize(("start", "piece"), [(b"", b""), (b"\x16\x03\x03\x3f\xff\x02", b"\x00")])
def test_fetch_when_the_handshake_stalls_then_the_deadline_ends_it(start: bytes, piece: bytes) -> None:
    answer = endless(start, piece, pause_s=0.02)

    with LoopbackServer(answer, is_rude=True) as server, pytest.raises(OutgoingTimeout):
        fetch(f"https://{LOOPBACK}:{server.port}/", policy=server.policy(0.3))

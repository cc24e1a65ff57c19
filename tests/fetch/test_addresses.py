"""Addresses that are refused, and redirects."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.fetch import fetch
from pipelines.web.address import follow, read_address
from rules.errors import FailedWorld, UnusableCase
from tests.fetch.site import (
    BODY,
    QUICK,
    TAGGED,
    Answer,
    Site,
    code_of,
    failing,
    serving,
)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("file:" + "///etc/hosts", "fetch-scheme"),
        ("ftp://example.org/a.csv", "fetch-scheme"),
        ("a.csv", "fetch-scheme"),
        ("", "fetch-scheme"),
        ("https://me:secret@example.org/a.csv", "fetch-credentials"),
        ("https://me@example.org/a.csv", "fetch-credentials"),
        ("https:///a.csv", "fetch-bad-address"),
        ("https://example.org:port/a.csv", "fetch-bad-address"),
        ("https://[::1/a.csv", "fetch-bad-address"),
        ("https://example.org/a b.csv", "fetch-bad-address"),
        ("https://exa\nmple.org/a.csv", "fetch-bad-address"),
        ("https://example.org/a.csv#sha256=12", "fetch-bad-digest"),
    ],
)
def test_an_address_that_cannot_be_fetched_is_the_callers_fault(
    cache: Path, address: str, code: str
) -> None:
    with pytest.raises(UnusableCase) as refused:
        fetch(address, cache)
    assert code_of(refused) == code
    assert "secret" not in str(refused.value)
    assert not cache.exists()


def test_two_digests_that_differ_are_refused() -> None:
    with pytest.raises(UnusableCase, match="fetch-bad-digest"):
        read_address(f"https://example.org/a.csv#sha256={'0' * 64}", "1" * 64)


def moved(location: str, status: int = 302) -> Answer:
    return Answer(status=status, headers={"Location": location})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(site: Site, cache: Path, status: int) -> None:
    site.says(moved("there/pay.csv"), path="/one")
    site.says(TAGGED, path="/there/pay.csv")
    address = site.says(moved("/one", status))
    found = fetch(address, cache, patience=QUICK)
    assert found.path.read_bytes() == BODY
    assert found.address == address


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("/pay.csv", "fetch-redirects"),
        ("file:" + "///etc/hosts", "fetch-scheme"),
        ("ftp://127.0.0.1/a.csv", "fetch-scheme"),
        ("http://me:secret@127.0.0.1/a.csv", "fetch-credentials"),
    ],
)
def test_redirects_that_lead_astray_are_refused(
    site: Site, cache: Path, location: str, code: str
) -> None:
    failing(site.says(moved(location)), cache, code)
    assert len(site.asked) == (QUICK.redirects + 1 if code == "fetch-redirects" else 1)


def test_a_redirect_may_go_up_to_https_but_not_down() -> None:
    assert follow("http://example.org/a", "https://example.org/a") == "https://example.org/a"
    with pytest.raises(FailedWorld, match="fetch-scheme"):
        follow("https://example.org/a", "http://example.org/a")
    with pytest.raises(FailedWorld, match="fetch-bad-address"):
        follow("https://example.org/a", "https://[::1/a")


def certificate(folder: Path) -> Path:
    """A certificate of this machine, signed by nobody else, with its key."""
    from datetime import UTC, datetime, timedelta
    from ipaddress import ip_address

    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path = folder / "own.pem"
    path.write_bytes(key.private_bytes(pem, *plain) + made.public_bytes(pem))
    return path


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[Site]:
    site, context = Site(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path))
    site.scheme, site.socket = "https", context.wrap_socket(site.socket, server_side=True)
    yield from serving(site)


def test_a_certificate_that_nobody_vouches_for_ends_it(secure: Site, cache: Path) -> None:
    failing(secure.says(TAGGED), cache, "fetch-tls")
    assert secure.asked == []


def test_https_works_and_does_not_fall_to_http(
    site: Site, secure: Site, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "own.pem"))
    failing(secure.says(moved(site.says(TAGGED))), cache, "fetch-scheme")
    assert site.asked == []
    assert fetch(secure.says(TAGGED), cache, patience=QUICK).path.read_bytes() == BODY

"""Good and bad certificates, made at test time."""

import ssl
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAMES = ("localhost", "127.0.0.1")


class Certificates:
    """An authority, and servers' TLS contexts that it vouches for, or does not."""

    def __init__(self, folder: Path) -> None:
        self._authority = trustme.CA()
        self.bundle = folder / "authority.pem"
        self._authority.cert_pem.write_to_path(str(self.bundle))

    def good(self) -> ssl.SSLContext:
        """Return a context that all is well with."""
        return _context(self._authority.issue_cert(*NAMES))

    def expired(self) -> ssl.SSLContext:
        """Return a context whose certificate was valid until yesterday."""
        now = datetime.now(UTC)
        return _context(self._authority.issue_cert(*NAMES, not_before=now - timedelta(9), not_after=now - timedelta(1)))

    def not_yet_valid(self) -> ssl.SSLContext:
        """Return a context whose certificate will be valid from tomorrow."""
        now = datetime.now(UTC)
        return _context(self._authority.issue_cert(*NAMES, not_before=now + timedelta(1), not_after=now + timedelta(9)))

    def wrong_host(self) -> ssl.SSLContext:
        """Return a context whose certificate is for another host."""
        return _context(self._authority.issue_cert("other.example", "127.0.0.2"))

    def unknown_authority(self) -> ssl.SSLContext:
        """Return a context that an authority vouches for of which nobody knows."""
        return _context(trustme.CA().issue_cert(*NAMES))

    def self_signed(self) -> ssl.SSLContext:
        """Return a context whose certificate only itself vouches for."""
        lonely = trustme.CA()
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with lonely.cert_pem.tempfile() as certificate, lonely.private_key_pem.tempfile() as key:
            made.load_cert_chain(certificate, key)
        return made

    def without_alternative_name(self) -> ssl.SSLContext:
        """Return a context whose certificate names its host as certificates did before 2000: by common name only."""
        authority = x509.load_pem_x509_certificate(self._authority.cert_pem.bytes())
        signer = serialization.load_pem_private_key(self._authority.private_key_pem.bytes(), None)
        key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]))
            .issuer_name(authority.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(1))
            .not_valid_after(now + timedelta(1))
            .sign(cast("ec.EllipticCurvePrivateKey", signer), hashes.SHA256())
        )
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with trustme.Blob(pem + certificate.public_bytes(serialization.Encoding.PEM)).tempfile() as file:
            made.load_cert_chain(file)
        return made

    def old(self) -> ssl.SSLContext:
        """Return a context that speaks no version after 1.1."""
        made = self.good()
        made.set_ciphers("ALL:@SECLEVEL=0")
        made.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            made.maximum_version = ssl.TLSVersion.TLSv1_1
        return made

    def demanding(self) -> ssl.SSLContext:
        """Return a context that demands a certificate of the client."""
        made = self.good()
        made.verify_mode = ssl.CERT_REQUIRED
        self._authority.configure_trust(made)
        return made


def _context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(made)
    return made

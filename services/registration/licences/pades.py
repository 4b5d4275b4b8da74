"""The PDF's own signature: PAdES-B-B by a certificate of the environment's own authority.

RSA and not ECDSA here: an ECDSA signature makes pyHanko raise the file to PDF 2.0 (ISO/TS 32002), and
PDF/A-3 is made of PDF 1.7.

Each environment makes its own root and signer (there is no public authority for a platform that anyone
may run); the root is published beside the licence keys. Trust follows `bottom_line`, never pyHanko's
`.valid`, which only says that the mathematics holds. Must not keep keys (`service.py`) and must not
reach the network: no time stamp authority, no OCSP.
"""

import io
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

FIELD = "LicenceSignature"
ROOT_YEARS = 20
SIGNER_YEARS = 5
DAYS_A_YEAR = 365
RSA_BITS = 3072


@dataclass(frozen=True)
class Authority:
    """The environment's root and signer: DER certificates and the signer's PKCS#8 DER key.

    The root's private key is forgotten at birth: it signed its one signer, and a key that nobody
    holds cannot be stolen. A new signer is a new authority.
    """

    root_certificate: bytes
    signer_certificate: bytes
    signer_key: bytes

    @property
    def root_pem(self) -> str:
        certificate = x509.load_der_x509_certificate(self.root_certificate)
        return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Yichuang 一窗"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=not signs_certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPublicKey, *, now: datetime, years: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=DAYS_A_YEAR * years))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def create_authority(*, environment: str, now: datetime) -> Authority:
    """A new root and signer for one environment; takes some 0.5 s. `now` is the machine's instant."""
    root_key, signer_key = (rsa.generate_private_key(65537, RSA_BITS) for _ in range(2))
    root_name = _name(f"Yichuang licence root ({environment}) {secrets.token_hex(4)}")
    signer_name = _name(f"Yichuang licence signer ({environment})")
    root = (
        _builder(root_name, root_name, root_key.public_key(), now=now, years=ROOT_YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    issuer_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
    signer = (
        _builder(signer_name, root_name, signer_key.public_key(), now=now, years=SIGNER_YEARS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(issuer_id, critical=False)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False
        )
        .sign(root_key, hashes.SHA256())
    )
    key_bytes = signer_key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    der = serialization.Encoding.DER
    return Authority(root.public_bytes(der), signer.public_bytes(der), key_bytes)


@lru_cache(maxsize=4)
def _private_key(der: bytes) -> rsa.RSAPrivateKey:
    """The signer's key, read and checked once: checking the primes costs 0.2 s, signing 4 ms."""
    key = serialization.load_der_private_key(der, password=None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


class _Signer(signers.SimpleSigner):
    """pyHanko's own signer reads its key anew for every signature; this one keeps it."""

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        if digest_algorithm != "sha256":
            raise ValueError("this signer is made for SHA-256")
        key = _private_key(self.signing_key.dump())
        return key.sign(data, padding.PKCS1v15(), hashes.SHA256())


def sign_pdf(pdf: bytes, *, authority: Authority, reason: str) -> bytes:
    """The PDF with an invisible PAdES signature that forbids any later change.

    Blocks (some 50 ms of CPU): call it in a thread. The visible face says that it is signed;
    a drawn "signature" would only teach people to trust a picture.
    """
    roots = [asn1_x509.Certificate.load(authority.root_certificate)]
    signer = _Signer(
        signing_cert=asn1_x509.Certificate.load(authority.signer_certificate),
        signing_key=asn1_keys.PrivateKeyInfo.load(authority.signer_key),
        cert_registry=SimpleCertificateStore.from_certs(roots),  # type: ignore[no-untyped-call]
    )
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        reason=reason,
    )
    out = signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), metadata, signer)
    assert isinstance(out, io.BytesIO)
    return out.getvalue()


def signature_holds(pdf: bytes, *, root_certificate: bytes, now: datetime) -> bool:
    """Whether a PDF carries exactly our signature over all of it, under this root.

    Blocks and starts an event loop of its own: inside one, call it in a thread.
    """
    try:
        found = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        if len(found) != 1:
            return False
        context = ValidationContext(
            trust_roots=[asn1_x509.Certificate.load(root_certificate)],
            allow_fetching=False,
            moment=now,
        )
        status = validate_pdf_signature(found[0], signer_validation_context=context)
    except Exception:  # a broken file raises anything; whatever it is, it does not hold
        return False
    whole = status.coverage is SignatureCoverageLevel.ENTIRE_FILE  # nothing appended, not a byte
    return whole and bool(status.bottom_line)

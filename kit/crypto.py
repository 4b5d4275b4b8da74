"""Personal data at rest: encryption, keyed look-up hashes and masks.

AES-256-GCM with a key derived by HKDF from DATA_KEY; the look-up hash is an HMAC, so that a stolen table
cannot be searched by guessing numbers without PERSON_KEY. Must not log or return what it decrypts.
"""

import base64
import hmac
import os
from dataclasses import dataclass
from functools import cached_property, lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_VERSION = b"\x01"


@lru_cache(maxsize=256)
def derive(secret: str, purpose: str, length: int = 32) -> bytes:
    """A key of `length` bytes for one purpose, so that no two uses share a key."""
    return HKDF(SHA256(), length, salt=None, info=purpose.encode()).derive(secret.encode())


@dataclass(frozen=True)
class Vault:
    """Encrypts and decrypts texts and files. `data_key` is the environment's DATA_KEY."""

    data_key: str

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(derive(self.data_key, "vault"))

    def encrypt(self, text: str, *, context: str = "") -> str:
        """Base64 of version + nonce + ciphertext, bound to `context` (table.column)."""
        return base64.urlsafe_b64encode(self.seal(text.encode(), context=context)).decode()

    def decrypt(self, sealed: str, *, context: str = "") -> str:
        """The text again; raises cryptography's InvalidTag where it was altered or moved."""
        return self.open(base64.urlsafe_b64decode(sealed), context=context).decode()

    def seal(self, data: bytes, *, context: str) -> bytes:
        """Version + nonce + ciphertext, bound to `context`."""
        nonce = os.urandom(12)
        return _VERSION + nonce + self._cipher.encrypt(nonce, data, context.encode())

    def open(self, sealed: bytes, *, context: str) -> bytes:
        """The bytes again; raises InvalidTag where they were altered or moved."""
        return self._cipher.decrypt(sealed[1:13], sealed[13:], context.encode())


def person_hash(id_number: str, *, person_key: str) -> str:
    """HMAC-SHA256 (hex) of an upper-cased resident ID number: the look-up key for one person."""
    return hmac.digest(person_key.encode(), id_number.strip().upper().encode(), "sha256").hex()


def mask_id(id_number: str) -> str:
    """`3604**********0071`: the first and last four characters stay (domain.md 3.1)."""
    if len(id_number) <= 8:
        return "*" * len(id_number)
    return id_number[:4] + "*" * (len(id_number) - 8) + id_number[-4:]


def mask_phone(phone: str) -> str:
    """`138****1234`; shorter numbers keep only their last two digits."""
    if len(phone) < 8:
        return "*" * max(len(phone) - 2, 0) + phone[-2:]
    return phone[:3] + "*" * (len(phone) - 7) + phone[-4:]

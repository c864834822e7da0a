"""Numbers and payloads at rest: sealed with AES-256-GCM, found again by a keyed blind index."""

import hmac
import os
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.config import KeyRing

NONCE = 12


class Unsealable(ValueError):
    """These bytes were not sealed by a key we hold, or not for this row."""


@dataclass(frozen=True)
class Vault:
    """Seals with the current key of `phone_keys`, opens with any; indexes with the current one of `index_keys`."""

    phone_keys: KeyRing
    index_keys: KeyRing

    def seal(self, text: str, bound_to: bytes) -> bytes:
        """Bytes that open only with `bound_to`, which ties them to their row: key id, nonce, ciphertext."""
        nonce = os.urandom(NONCE)
        return (
            bytes([self.phone_keys.current])
            + nonce
            + AESGCM(self.phone_keys.key).encrypt(nonce, text.encode(), bound_to)
        )

    def open(self, sealed: bytes, bound_to: bytes) -> str:
        """The text again. Raises Unsealable for another row's bytes, damage, or a key we no longer hold."""
        key = self.phone_keys.keys.get(sealed[0]) if sealed else None
        if key is None:
            raise Unsealable("sealed with a key that PHONE_KEYS does not hold")
        try:
            return AESGCM(key).decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], bound_to).decode()
        except (InvalidTag, ValueError) as error:
            raise Unsealable("damaged, or of another row") from error

    def index(self, phone: str) -> bytes:
        """The blind index of a number: equal numbers meet, and nobody without the key can try them all."""
        return hmac.digest(self.index_keys.key, b"phone:" + phone.encode(), sha256)

    def digest(self, words: str) -> str:
        """A keyed digest in hex: equal words meet, and nobody without the key can try what they were."""
        return hmac.digest(self.index_keys.key, b"words:" + words.encode(), sha256).hex()

"""Passwords and tokens of others, encrypted at rest: Fernet (AES-128-CBC with HMAC-SHA256) under keys derived from
SECRET_KEY. What was encrypted under a key that stands in SECRET_KEY_FALLBACKS by now still opens."""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"fanoos.secrets"


class Undecryptable(Exception):
    """It was encrypted under a key that we no longer have, or is not what was encrypted."""


def encrypt(secret: str) -> str:
    """What may be stored; nothing for nothing."""
    return _keys().encrypt(secret.encode()).decode() if secret else ""


def decrypt(encrypted: str) -> str:
    """The secret again. Raises Undecryptable."""
    if not encrypted:
        return ""
    try:
        return _keys().decrypt(encrypted.encode()).decode()
    except (InvalidToken, UnicodeError):
        raise Undecryptable("The secret was encrypted under another key.") from None


def encrypt_anew(encrypted: str) -> str:
    """The same secret under the newest key. Raises Undecryptable."""
    return encrypt(decrypt(encrypted))


def _keys() -> MultiFernet:
    return MultiFernet([_fernet(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _fernet(key: str) -> Fernet:
    derived = HKDF(SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))

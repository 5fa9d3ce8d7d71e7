"""Passwords and tokens of others, encrypted at rest: Fernet (AES-128-CBC with HMAC-SHA256) under keys derived from
SECRET_KEY. What was sealed under a key that stands in SECRET_KEY_FALLBACKS by now still opens."""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"fanoos.secrets"


class Sealed(Exception):
    """It was sealed under a key that we no longer have, or is not what was sealed."""


def seal(secret: str) -> str:
    """What may be stored; nothing for nothing."""
    return _keys().encrypt(secret.encode()).decode() if secret else ""


def unseal(sealed: str) -> str:
    """The secret again. Raises Sealed."""
    if not sealed:
        return ""
    try:
        return _keys().decrypt(sealed.encode()).decode()
    except (InvalidToken, UnicodeError):
        raise Sealed("The secret was sealed under another key.") from None


def reseal(sealed: str) -> str:
    """The same secret under the newest key. Raises Sealed."""
    return seal(unseal(sealed))


def _keys() -> MultiFernet:
    return MultiFernet([_fernet(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _fernet(key: str) -> Fernet:
    derived = HKDF(SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))

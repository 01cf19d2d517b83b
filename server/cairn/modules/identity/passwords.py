"""Passwords, by argon2id (RFC 9106) through pwdlib; slow on purpose, so off the event loop."""

import asyncio
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

LONGEST_PASSWORD = 1_000
_hasher = PasswordHash((Argon2Hasher(),))


@cache
def _nobody() -> str:
    """The hash that a password of nobody is held against."""
    return _hasher.hash("nobody has this password")


async def hash_password(password: str) -> str:
    return await asyncio.to_thread(_hasher.hash, password)


async def verify_password(password: str, password_hash: str | None) -> bool:
    """Takes the same time for a person who does not exist."""
    matches = await asyncio.to_thread(_verify, password, password_hash)
    return matches and password_hash is not None


def _verify(password: str, password_hash: str | None) -> bool:
    nobody = _nobody()
    return _hasher.verify(password, password_hash or nobody)

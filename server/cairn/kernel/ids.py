"""Identifiers: UUIDv7, which sort by the time they were made."""

from collections.abc import Callable
from uuid import UUID

import uuid_utils.compat as uuid_utils

NewId = Callable[[], UUID]


def new_id() -> UUID:
    """A fresh UUIDv7 (RFC 9562)."""
    return uuid_utils.uuid7()

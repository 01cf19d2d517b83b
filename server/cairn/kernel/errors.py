"""Errors are codes with params; the words are the phone's (pwa/src/locales)."""

from typing import Any, ClassVar


class DomainError(Exception):
    """A refusal that a person can understand: one command is not carried out, and nothing of it stays."""

    code: ClassVar[str]
    http_status: ClassVar[int] = 409
    parks: ClassVar[bool] = False
    """Whether a mutation that meets this waits on the server instead of being refused."""
    # A class for each code, all of one shape: callers catch them by class, and tests find every code here.
    registry: ClassVar[dict[str, type["DomainError"]]] = {}

    def __init_subclass__(cls) -> None:
        if cls.registry.setdefault(cls.code, cls) is not cls:
            raise TypeError(f"two errors share the code {cls.code}")

    def __init__(self, **params: Any) -> None:
        super().__init__(f"{self.code} {params}")
        self.params = params


class MalformedInput(DomainError):
    """The input does not have the shape that the command declares."""

    code = "malformed"
    http_status = 422


class NotFound(DomainError):
    """No such record in this organization, or none that this person may know of."""

    code = "not_found"
    http_status = 404


class NotPermitted(DomainError):
    """The person's roles do not include this."""

    code = "not_permitted"
    http_status = 403


class NotOwner(DomainError):
    """The record belongs to somebody whose work this person does not lead."""

    code = "not_owner"
    http_status = 403


class AlreadyExists(DomainError):
    """A record with this id exists and says something else."""

    code = "already_exists"


class UnknownCommand(DomainError):
    """No command of this name and version is known here (yet)."""

    code = "unknown_mutation"
    http_status = 404
    parks = True


class WaitsForParked(DomainError):
    """It needs a record whose creation is parked, and is parked with it. Params: `id`, of that record."""

    code = "waits_for_parked"
    parks = True


class InternalFailure(DomainError):
    """The server failed on this command; it is parked and the ones behind it go on."""

    code = "internal_failure"
    http_status = 500
    parks = True


class Unavailable(DomainError):
    """The server has more waiting than it may hold; the same request may come again."""

    code = "unavailable"
    http_status = 503


class TooManyRequests(DomainError):
    """Asked too often; `retry_after_s` says when to ask again."""

    code = "too_many_requests"
    http_status = 429

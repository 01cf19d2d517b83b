"""The pull cursor: opaque to the phone, and harmless in a forger's hands.

It only says which rows of *granted* buckets were already sent, so it is validated but needs no signature.
"""

import base64
import binascii

import msgspec


class Cursor(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Where a device stands in the organization's sequence.

    A pull of several pages is a scan: first the buckets that the device held already, then the new ones, each in
    the order of their numbers. `start` is the seq that the device was complete at when the pull began, `since`
    the one that this round builds on, `head` the one that the round will have reached; (`phase`, `bucket`,
    `seq`) is the last row sent. Between pulls start = since = head.
    """

    epoch: str
    organization: str
    start: int
    since: int
    head: int
    phase: int = 0
    bucket: int = 0
    seq: int = 0
    refetch: tuple[int, ...] = ()

    @property
    def is_settled(self) -> bool:
        """Whether the device is complete at `head`, with nothing of a pull left to send."""
        return self.since == self.head and not (self.phase or self.bucket or self.seq or self.refetch)

    @classmethod
    def settled(cls, epoch: str, organization: str, seq: int) -> "Cursor":
        return cls(epoch, organization, seq, seq, seq)


class MalformedCursor(ValueError):
    """The text is not a cursor that this server made."""


_decoder = msgspec.msgpack.Decoder(Cursor)


def encode_cursor(cursor: Cursor) -> str:
    return base64.urlsafe_b64encode(msgspec.msgpack.encode(cursor)).rstrip(b"=").decode()


def decode_cursor(text: str) -> Cursor:
    try:
        cursor = _decoder.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (msgspec.MsgspecError, binascii.Error, ValueError) as error:
        raise MalformedCursor(text[:100]) from error
    numbers = (cursor.start, cursor.since, cursor.head, cursor.phase, cursor.bucket, cursor.seq, *cursor.refetch)
    ordered = cursor.start <= cursor.since <= cursor.head
    if not ordered or any(not 0 <= number < 2**62 for number in numbers):
        raise MalformedCursor(text[:100])
    return cursor

"""The server's half of a pull: everything that a device is missing, page by page, from its cursor alone.

A pull is a sequence of rounds. A round scans, for each held bucket, the rows newer than what the device has of
that bucket: newer than `since` in buckets that it held then, everything in new ones. The organization may move
on between two pages; then another, shorter round follows. A round that begins and ends in one snapshot is the
last, and the device then holds exactly what its grants allow at that seq.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate
from typing import Protocol

import msgspec

from cairnsync.cursor import Cursor, MalformedCursor, decode_cursor, encode_cursor
from cairnsync.errors import EpochChanged, Malformed
from cairnsync.messages import LIMITS, PullRequest, PullResponse

SHORT_LAG = 1_000
"""Up to so many seqs behind, following the seq is cheaper than looking at every bucket."""
CHUNK_ROWS = 1_000
LARGEST_ROUNDS = 10
CONTINUED, NEW, DONE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows of the feed as wire bytes, and the (bucket, seq) of each."""

    envelopes: list[bytes]
    places: list[tuple[int, int]]
    is_last: bool


@dataclass(frozen=True, slots=True)
class News:
    """Rows of the feed as wire bytes, and name, count and sum of every bucket that has one among them."""

    rows: list[bytes]
    checks: list[tuple[str, int, int]]
    is_whole: bool
    """Whether this is all; else it is only the beginning of very much."""


class Feed(Protocol):
    """What a pull needs of the database, for one person."""

    epoch: str
    organization: str
    seq: int
    access_seq: int
    horizon_seq: int
    last_seq: int
    """The last mutation of this device that has a receipt."""

    async def stand(self, since: int | None) -> None:
        """Read the numbers above and, in the same view, what came after a seq, if that is little."""
        ...

    def fresh(self, buckets: dict[int, str]) -> News:
        """The buckets' rows after the seq that `stand` was given, of up to SHORT_LAG seqs, in their order."""
        ...

    async def hold(self) -> None:
        """From here on everything, the numbers above included, is of one state of the database."""
        ...

    async def held(self, at_seq: int | None) -> dict[int, str]:
        """Number → name of the buckets that the person may read, now or at an earlier seq."""
        ...

    def known(self) -> dict[int, str] | None:
        """What the person may read now, if that is at hand without asking the database."""
        ...

    async def news(self, since: int, buckets: dict[int, str]) -> News:
        """The buckets' rows of the next SHORT_LAG seqs, in their order."""
        ...

    async def scan(
        self, buckets: Sequence[int], since: int, after: tuple[int, int], limit: int, *, removals: bool
    ) -> Chunk:
        """Rows after a seq in the order of bucket and seq, beyond the place `after`, at most limit."""
        ...

    async def checks(self, buckets: Sequence[int], since: int) -> list[tuple[str, int, int]]:
        """Name, count and sum of those buckets that changed after a seq."""
        ...


@dataclass
class _Page:
    """What the answer will carry, and how much room is left in it."""

    rows_left: int
    bytes_left: int = LIMITS.bytes
    rows: list[bytes] = field(default_factory=list)
    drop: list[str] = field(default_factory=list)
    reset: bool = False
    checks: list[tuple[str, int, int]] | None = None
    """Of all buckets that changed, where everything that did is on this page."""

    def take(self, envelopes: Sequence[bytes]) -> int:
        """Take what there is room for, and at least one row into an empty page; returns how many."""
        size = sum(map(len, envelopes)) + len(envelopes)
        if size > self.bytes_left:
            ends = accumulate(len(envelope) + 1 for envelope in envelopes)
            fitting = sum(1 for end in ends if end <= self.bytes_left)
            envelopes = envelopes[: max(fitting, 0 if self.rows else 1)]
            size = self.bytes_left  # the next row does not fit, so the page is full
        self.rows.extend(envelopes)
        self.rows_left -= len(envelopes)
        self.bytes_left -= size
        return len(envelopes)

    def take_all(self, news: News) -> bool:
        """Take everything or, where there is no room for that, nothing."""
        if (
            not news.is_whole
            or len(news.rows) > self.rows_left
            or sum(map(len, news.rows)) + len(news.rows) > self.bytes_left
        ):
            return False
        self.take(news.rows)
        self.checks = news.checks
        return True

    @property
    def is_full(self) -> bool:
        return self.rows_left <= 0 or self.bytes_left <= 0


async def answer_pull(request: PullRequest, feed: Feed, server_time: datetime) -> PullResponse:
    """One page; raises EpochChanged, Malformed."""
    cursor = _read_cursor(request.cursor)
    complete = cursor if cursor is not None and cursor.is_settled and not request.refetch else None
    await feed.stand(None if complete is None else complete.since)
    if cursor is not None and not _belongs(cursor, feed):
        raise EpochChanged(epoch=feed.epoch)
    page = _Page(rows_left=min(request.limit, LIMITS.rows))
    if complete is not None and _take_fresh(complete, feed, page):
        settled = Cursor.settled(feed.epoch, feed.organization, feed.seq)
        return _response(request, feed, page, settled, page.checks or [], server_time)
    await feed.hold()
    if cursor is None or (cursor.since < feed.horizon_seq and (cursor.is_settled or cursor.since > 0)):
        page.reset = True
        cursor = Cursor(feed.epoch, feed.organization, 0, 0, 0)
    if cursor.is_settled:
        cursor = await _begin_round(feed, cursor, page, request.refetch)
    for _ in range(LARGEST_ROUNDS):
        cursor = await _scan_round(feed, cursor, page)
        if cursor.phase != DONE:
            break
        if cursor.head == feed.seq:
            checks = await _checks(feed, cursor, page)
            settled = Cursor.settled(feed.epoch, feed.organization, feed.seq)
            return _response(request, feed, page, settled, checks, server_time)
        cursor = await _begin_round(feed, msgspec.structs.replace(cursor, since=cursor.head), page, ())
    return _response(request, feed, page, cursor, [], server_time)


def _read_cursor(text: str | None) -> Cursor | None:
    try:
        return None if text is None else decode_cursor(text)
    except MalformedCursor as error:
        raise Malformed(path="$.cursor", reason="not a cursor of this server") from error


def _belongs(cursor: Cursor, feed: Feed) -> bool:
    return cursor.epoch == feed.epoch and cursor.organization == feed.organization and cursor.head <= feed.seq


def _take_fresh(complete: Cursor, feed: Feed, page: _Page) -> bool:
    """The short way, without a snapshot to hold: nothing, or little, is new to a device that has all but that."""
    if complete.since < feed.horizon_seq:
        return False
    if complete.since == feed.seq:
        return True
    if complete.since < max(feed.access_seq, feed.seq - SHORT_LAG):
        return False
    held = feed.known()
    return held is not None and page.take_all(feed.fresh(held))


async def _begin_round(feed: Feed, cursor: Cursor, page: _Page, refetch: Sequence[str]) -> Cursor:
    """Say which buckets were lost since, and set out for the present head."""
    refetched: tuple[int, ...] = cursor.refetch
    if refetch or feed.access_seq > cursor.since:
        now = await feed.held(None)
        before = await feed.held(cursor.since) if cursor.since else {}
        asked = set(refetch)
        refetched += tuple(number for number, name in now.items() if name in asked)
        page.drop += [name for number, name in before.items() if number not in now]
        page.drop += [now[number] for number in refetched if number in before and now[number] not in page.drop]
    return msgspec.structs.replace(cursor, head=feed.seq, phase=CONTINUED, bucket=0, seq=0, refetch=refetched)


async def _scan_round(feed: Feed, cursor: Cursor, page: _Page) -> Cursor:
    now = await feed.held(None)
    same_access = feed.access_seq <= cursor.since
    is_short = same_access and not cursor.refetch and feed.seq - cursor.since <= SHORT_LAG and not cursor.bucket
    if is_short and page.take_all(await feed.news(cursor.since, now)):
        return msgspec.structs.replace(cursor, head=feed.seq, phase=DONE)
    before = now if same_access else await feed.held(cursor.since) if cursor.since else {}
    then = now if feed.access_seq <= cursor.head else await feed.held(cursor.head)
    again = set(cursor.refetch)
    allowed = sorted(now.keys() & then.keys())
    phases = {
        CONTINUED: [number for number in allowed if number in before and number not in again],
        NEW: [number for number in allowed if number not in before or number in again],
    }
    for phase in range(cursor.phase, DONE):
        since = cursor.since if phase == CONTINUED else 0
        place = (cursor.bucket, cursor.seq) if phase == cursor.phase else (0, 0)
        while True:
            if page.is_full:
                return msgspec.structs.replace(cursor, phase=phase, bucket=place[0], seq=place[1])
            chunk = await feed.scan(
                phases[phase], since, place, min(CHUNK_ROWS, page.rows_left), removals=phase == CONTINUED
            )
            taken = page.take(chunk.envelopes)
            place = chunk.places[taken - 1] if taken else place
            if chunk.is_last and taken == len(chunk.envelopes):
                break
    return msgspec.structs.replace(cursor, phase=DONE)


async def _checks(feed: Feed, cursor: Cursor, page: _Page) -> list[tuple[str, int, int]]:
    """Sums of the buckets that changed since the pull began, and of those that are new to the device."""
    now = await feed.held(None)
    if feed.access_seq <= cursor.start and not cursor.refetch:
        if page.checks is not None and cursor.start == cursor.since:
            return page.checks
        return await feed.checks(sorted(now), cursor.start)
    before = await feed.held(cursor.start) if cursor.start else {}
    fresh = [number for number in now if number not in before or number in cursor.refetch]
    known = [number for number in now if number in before and number not in cursor.refetch]
    return await feed.checks(known, cursor.start) + await feed.checks(fresh, -1)


def _response(
    request: PullRequest,
    feed: Feed,
    page: _Page,
    cursor: Cursor,
    checks: list[tuple[str, int, int]],
    server_time: datetime,
) -> PullResponse:
    return PullResponse(
        epoch=feed.epoch,
        cursor=encode_cursor(cursor),
        more=not cursor.is_settled,
        reset=page.reset,
        server_time=server_time,
        last_seq=feed.last_seq,
        drop=page.drop,
        rows=msgspec.Raw(b"[" + b",".join(page.rows) + b"]"),
        checks=checks,
    )

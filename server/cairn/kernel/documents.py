"""Documents into buckets: what changed is written to the feed as prepared wire bytes, each table once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import BigInteger, Index, LargeBinary, bindparam, delete, insert, literal_column, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from cairn.kernel.access import BucketRow, OrganizationHead
from cairn.kernel.bulk import Bulk
from cairn.kernel.database import Base
from cairn.kernel.driver import driver_of
from cairn.kernel.synced import Publication

MODULUS = 2**53
# JSONB gives keys back in an order of its own: only a fixed one tells that a document has not changed.
_encode = msgspec.json.Encoder(order="deterministic").encode


class FeedRow(Base):
    """One document in one bucket, at the seq of its last change; a removed one keeps a row that says so."""

    __tablename__ = "feed"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    bucket_number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str]
    id: Mapped[UUID]
    removed: Mapped[bool]
    envelope: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        Index("ix_feed_document", "organization_id", "id", "kind", "bucket_number", unique=True),
        Index("ix_feed_seq", "organization_id", "seq", "bucket_number"),
        {"sqlite_with_rowid": False},
    )


_feed: Any = FeedRow.__table__
_bucket: Any = BucketRow.__table__
_INSERT = Bulk(insert(_feed))
_DELETE = Bulk(
    delete(_feed).where(
        _feed.c.organization_id == bindparam("b_organization"),
        _feed.c.bucket_number == bindparam("b_bucket"),
        _feed.c.seq == bindparam("b_seq"),
    )
)
_NUMBERS = "SELECT name, number FROM bucket WHERE organization_id = ?1 AND name IN_LIST(?2)"
_OPEN = Bulk(insert(_bucket))
_SUM_UP = Bulk(
    update(_bucket)
    .where(_bucket.c.organization_id == bindparam("b_organization"), _bucket.c.number == bindparam("b_number"))
    .values(
        head_seq=bindparam("b_head"),
        documents=_bucket.c.documents + bindparam("b_documents"),
        seq_sum=(_bucket.c.seq_sum + bindparam("b_sum")) % literal_column(str(MODULUS)),
    )
)


@dataclass
class _Writes:
    """What publishing will write, gathered first so that each table is written once."""

    inserts: list[dict[str, Any]] = field(default_factory=list)
    deletes: list[dict[str, Any]] = field(default_factory=list)
    documents: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    seq_sums: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    heads: dict[int, int] = field(default_factory=dict)


async def write_documents(
    session: AsyncSession, head: OrganizationHead, publications: Sequence[Publication], known: Sequence[UUID]
) -> int:
    """Write publications after the head's seq, one number each; `known` are the ids that the feed may have already."""
    names = {bucket for item in publications for bucket in item.buckets}
    numbers = await bucket_numbers(session, head, names)
    before = await _published(session, head.organization_id, known)
    writes = _Writes()
    seq = head.seq
    for item in sorted(publications, key=lambda each: each.id.int):
        if _place(item, seq + 1, numbers, before.get((item.kind, item.id.hex), {}), head.organization_id, writes):
            seq += 1
    await _write(session, head.organization_id, writes)
    return seq


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a document stands in the feed already."""

    seq: int
    removed: bool
    bucket: str
    envelope: bytes


Places = dict[int, _Place]


_PLACES = """
SELECT kind, id, bucket_number, seq, removed, envelope FROM feed WHERE organization_id = ?1 AND id IN_LIST(?2)
"""


async def _published(
    session: AsyncSession, organization_id: UUID, ids: Sequence[UUID]
) -> dict[tuple[str, str], Places]:
    """Where documents stand in the feed: (kind, id in hexadecimal) → bucket number → place."""
    found: dict[tuple[str, str], Places] = {}
    if not ids:
        return found
    for kind, record_id, number, seq, removed, envelope in await (await driver_of(session)).fetch(
        _PLACES, organization_id, list(ids)
    ):
        name = envelope[2 : envelope.index(b'"', 2)].decode()
        key = record_id if isinstance(record_id, str) else record_id.hex
        found.setdefault((kind, key), {})[number] = _Place(seq, removed, name, bytes(envelope))
    return found


def _envelope(bucket: str, identity: bytes, seq: int, encoded: bytes) -> bytes:
    return b'["%s",%s,%d,%s]' % (bucket.encode(), identity, seq, encoded)


def _place(
    item: Publication, seq: int, numbers: dict[str, int], before: Places, organization_id: UUID, writes: _Writes
) -> bool:
    """Put one document into its buckets at `seq`, and its removal into those that it left; False if unchanged."""
    encoded, identity = _encode(item.document), f'"{item.kind}","{item.id}"'.encode()
    wanted = {numbers[name]: name for name in item.buckets}
    held = {number: place for number, place in before.items() if not place.removed}
    if held.keys() == wanted.keys() and all(
        place.envelope == _envelope(place.bucket, identity, place.seq, encoded) for place in held.values()
    ):
        return False
    for number, place in before.items():
        writes.deletes.append({"b_organization": organization_id, "b_bucket": number, "b_seq": place.seq})
        if number not in wanted:
            _insert(
                item,
                seq,
                number,
                _envelope(place.bucket, identity, seq, b"null"),
                organization_id,
                writes,
                removed=True,
            )
    for number, place in held.items():
        writes.documents[number] -= 1
        writes.seq_sums[number] -= place.seq
    for number, name in wanted.items():
        writes.documents[number] += 1
        writes.seq_sums[number] += seq
        _insert(item, seq, number, _envelope(name, identity, seq, encoded), organization_id, writes)
    return True


def _insert(
    item: Publication,
    seq: int,
    number: int,
    envelope: bytes,
    organization_id: UUID,
    writes: _Writes,
    *,
    removed: bool = False,
) -> None:
    writes.heads[number] = seq
    writes.inserts.append(
        {
            "organization_id": organization_id,
            "bucket_number": number,
            "seq": seq,
            "kind": item.kind,
            "id": item.id,
            "removed": removed,
            "envelope": envelope,
        }
    )


async def _write(session: AsyncSession, organization_id: UUID, writes: _Writes) -> None:
    driver = await driver_of(session)
    await _DELETE.run(driver, writes.deletes)
    await _INSERT.run(driver, writes.inserts)
    sums = [
        {
            "b_organization": organization_id,
            "b_number": number,
            "b_head": head_seq,
            "b_documents": writes.documents[number],
            "b_sum": writes.seq_sums[number] % MODULUS,
        }
        for number, head_seq in writes.heads.items()
    ]
    await _SUM_UP.run(driver, sums)


async def bucket_numbers(session: AsyncSession, head: OrganizationHead, names: Iterable[str]) -> dict[str, int]:
    """The numbers of buckets by name; new buckets get the next ones."""
    wanted = sorted(set(names))
    driver = await driver_of(session)
    found = await driver.fetch(_NUMBERS, head.organization_id, wanted) if wanted else ()
    numbers = {name: number for name, number in found}
    missing = [name for name in wanted if name not in numbers]
    for name in missing:
        head.buckets += 1
        numbers[name] = head.buckets
    if missing:
        rows = [
            {"organization_id": head.organization_id, "number": numbers[name], "name": name}
            | {"head_seq": 0, "documents": 0, "seq_sum": 0}
            for name in missing
        ]
        await _OPEN.run(driver, rows)
    return numbers

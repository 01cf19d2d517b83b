"""The check that follows every command test: the feed alone must rebuild the tables."""

from typing import Any

import msgspec
from sqlalchemy import select

from cairn.kernel.access import BucketRow, OrganizationHead
from cairn.kernel.database import Database
from cairn.kernel.documents import MODULUS, FeedRow
from cairn.kernel.synced import Synced

Key = tuple[str, str, str]


async def assert_feed_rebuilds_tables(database: Database) -> None:
    """Documents in buckets, sums, and gapless seqs are what the tables say they must be."""
    async with database.reading_session() as session:
        for head in (await session.scalars(select(OrganizationHead))).all():
            names: dict[int, BucketRow] = {
                row.number: row
                for row in await session.scalars(
                    select(BucketRow).where(BucketRow.organization_id == head.organization_id)
                )
            }
            feed: dict[Key, Any] = {}
            sums: dict[int, list[int]] = {number: [0, 0, 0] for number in names}
            rows = await session.scalars(select(FeedRow).where(FeedRow.organization_id == head.organization_id))
            for row in rows:
                bucket, kind, record_id, seq, document = msgspec.json.decode(row.envelope)
                assert (bucket, seq) == (names[row.bucket_number].name, row.seq)
                assert seq <= head.seq
                sums[row.bucket_number][2] = max(sums[row.bucket_number][2], seq)
                if not row.removed:
                    feed[bucket, kind, record_id] = document
                    sums[row.bucket_number][0] += 1
                    sums[row.bucket_number][1] = (sums[row.bucket_number][1] + seq) % MODULUS
            fresh: dict[Key, Any] = {}
            for model in Synced.kinds.values():
                columns: Any = model
                statement = select(model).where(columns.organization_id == head.organization_id)
                for record in (await session.scalars(statement)).all():
                    for item in record.publications():
                        document = msgspec.json.decode(msgspec.json.encode(item.document))
                        fresh |= {(bucket, item.kind, str(item.id)): document for bucket in item.buckets}
            assert feed == fresh
            for number, row in names.items():
                count, total, head_seq = sums[number]
                assert (row.documents, row.seq_sum) == (count, total), row.name
                assert row.head_seq >= head_seq

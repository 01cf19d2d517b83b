"""Which rows a person may read: those whose documents stand in a bucket that they hold.

The same rule serves pull, REST and files: what a person's phone would show is what these answer.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.sql.elements import ColumnElement

from cairn.kernel.documents import FeedRow
from cairn.kernel.synced import Synced


def is_visible(model: type[Synced], held: Iterable[int]) -> ColumnElement[bool]:
    """A condition on a model's rows, from the numbers of the buckets that a person holds."""
    columns: Any = model
    return exists(
        select(1).where(
            FeedRow.organization_id == columns.organization_id,
            FeedRow.id == columns.id,
            FeedRow.kind == model.kind,
            FeedRow.removed.is_(False),
            FeedRow.bucket_number.in_(list(held)),
        )
    )

"""Why goods came back, and what that was worth: F-18 by reason, month, product and customer (features.md 155)."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct, convert
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cairn.kernel.visibility import is_visible
from cairn.modules.identity.models import Organization
from cairn.modules.returns.models import GoodsReturn
from cairn.modules.returns.rules import COUNTED, REASONS, Reason, ReturnLine, State

Dimension = Literal["reason", "month", "product", "customer"]
MOST_GROUPS = 200
"""Of one dimension; the smallest beyond are told together."""


class ReasonAmount(Struct, frozen=True):
    """What came back for one reason, in minor units, and its share in per cent with two decimals."""

    reason: Reason
    amount_minor: int
    share: float | None


class ReturnGroup(Struct, frozen=True, kw_only=True):
    """Returns that have something in common; `key` is null for all that are too small to stand alone."""

    key: str | None
    name: str
    requests: int
    returned: int
    """Of them, how many brought goods back with approval."""
    amount_minor: int
    """Of the goods that came back."""
    share: float | None
    """Of all that came back, in per cent with two decimals; the shares of one dimension are 100 together."""
    reasons: list[ReasonAmount]


class ReturnAnalysis(Struct, frozen=True, kw_only=True):
    """Everything that was asked back in one currency."""

    currency: str
    requests: int
    returned: int
    amount_minor: int
    by: dict[Dimension, list[ReturnGroup]]


class ReturnRow(Struct, frozen=True, kw_only=True):
    """What is counted of one return."""

    account_id: UUID
    account_name: str
    reason: Reason
    state: State
    currency: str
    requested_at: datetime
    lines: list[ReturnLine]


@dataclass(slots=True)
class _Sum:
    """A group while it is added up; returns are known by their place among the rows."""

    name: str
    requests: set[int] = field(default_factory=set)
    returned: set[int] = field(default_factory=set)
    amounts: dict[Reason, int] = field(default_factory=lambda: dict.fromkeys(REASONS, 0))

    @property
    def amount_minor(self) -> int:
        return sum(self.amounts.values())

    def take(self, other: "_Sum") -> None:
        self.requests |= other.requests
        self.returned |= other.returned
        for reason, amount in other.amounts.items():
            self.amounts[reason] += amount


async def return_analysis(
    session: AsyncSession, organization_id: UUID, held: Iterable[int], since: datetime, until: datetime
) -> list[ReturnAnalysis]:
    """Returns asked for from `since` on and before `until`, of those that somebody may read, by currency."""
    names = ReturnRow.__struct_fields__
    statement = select(*(getattr(GoodsReturn, name) for name in names)).where(
        GoodsReturn.organization_id == organization_id,
        GoodsReturn.requested_at >= since,
        GoodsReturn.requested_at < until,
        GoodsReturn.deleted_at.is_(None),
        is_visible(GoodsReturn, held),
    )
    found = (await session.execute(statement)).all()
    zone = await session.scalar(select(Organization.time_zone).where(Organization.organization_id == organization_id))

    def add_up() -> list[ReturnAnalysis]:
        rows = (convert(dict(zip(names, row, strict=True)), ReturnRow) for row in found)
        return analyse(rows, ZoneInfo(zone or "UTC"))

    return await asyncio.to_thread(add_up)


def analyse(rows: Iterable[ReturnRow], zone: ZoneInfo) -> list[ReturnAnalysis]:
    """The same of given returns; the currency with the largest amount first."""
    by_currency: dict[str, list[ReturnRow]] = defaultdict(list)
    for row in rows:
        by_currency[row.currency].append(row)
    found = [_analyse_currency(currency, kept, zone) for currency, kept in by_currency.items()]
    return sorted(found, key=lambda each: (-each.amount_minor, each.currency))


def _analyse_currency(currency: str, rows: Sequence[ReturnRow], zone: ZoneInfo) -> ReturnAnalysis:
    sums: dict[Dimension, dict[str, _Sum]] = {"reason": {}, "month": {}, "product": {}, "customer": {}}
    for index, row in enumerate(rows):
        counts = row.state in COUNTED
        for line in row.lines:
            amount = line.received * line.unit_price_minor if counts else 0
            for dimension, (key, name) in _keys(row, line, zone).items():
                group = sums[dimension].get(key) or sums[dimension].setdefault(key, _Sum(name))
                group.requests.add(index)
                group.amounts[row.reason] += amount
                if counts:
                    group.returned.add(index)
    groups = {dimension: _told(kept) for dimension, kept in sums.items()}
    groups["month"].sort(key=lambda each: each.key or "")
    return ReturnAnalysis(
        currency=currency,
        requests=len(rows),
        returned=sum(row.state in COUNTED for row in rows),
        amount_minor=sum(each.amount_minor for each in groups["reason"]),
        by=groups,
    )


def _keys(row: ReturnRow, line: ReturnLine, zone: ZoneInfo) -> dict[Dimension, tuple[str, str]]:
    """Key and name of the group in each dimension; a month is the organization's own."""
    month = row.requested_at.astimezone(zone).isoformat()[:7]
    return {
        "reason": (row.reason, row.reason),
        "month": (month, month),
        "product": (line.product_code or line.product_name, line.product_name),
        "customer": (str(row.account_id), row.account_name),
    }


def _told(sums: Mapping[str, _Sum]) -> list[ReturnGroup]:
    """The largest groups first, each with its share; the smallest together."""
    ordered: list[tuple[str | None, _Sum]] = sorted(sums.items(), key=lambda each: (-each[1].amount_minor, each[0]))
    told, others = ordered[:MOST_GROUPS], _Sum("")
    for _, small in ordered[MOST_GROUPS:]:
        others.take(small)
    if others.requests:
        told.append((None, others))
    group_shares = shares([each.amount_minor for _, each in told])
    return [_group(key, each, share) for (key, each), share in zip(told, group_shares, strict=True)]


def _group(key: str | None, found: _Sum, share: float | None) -> ReturnGroup:
    amounts = [(reason, amount) for reason, amount in found.amounts.items() if amount]
    parts = shares([amount for _, amount in amounts])
    return ReturnGroup(
        key=key,
        name=found.name,
        requests=len(found.requests),
        returned=len(found.returned),
        amount_minor=found.amount_minor,
        share=share,
        reasons=[ReasonAmount(*each, part) for each, part in zip(amounts, parts, strict=True)],
    )


def shares(amounts: Sequence[int]) -> list[float | None]:
    """Each amount's part of all in per cent with two decimals, 100 together (F-18); None where there is nothing.

    What rounding down leaves over goes to the largest rests, as seats do by the method of Hare and Niemeyer.
    """
    total = sum(amounts)
    if total == 0:
        return [None] * len(amounts)
    hundredths = [amount * 10_000 // total for amount in amounts]
    rests = sorted(range(len(amounts)), key=lambda index: (-(amounts[index] * 10_000 % total), index))
    for index in rests[: 10_000 - sum(hundredths)]:
        hundredths[index] += 1
    return [each / 100 for each in hundredths]

"""Why goods came back, and what that was worth: F-18 by reason, month, product and customer (features.md 155)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
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


class _Part(Struct, frozen=True):
    """What one return adds to a group."""

    key: str
    name: str
    row: int
    reason: Reason
    counts: bool
    amount_minor: int


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
    rows = [convert(dict(zip(names, row, strict=True)), ReturnRow) for row in await session.execute(statement)]
    zone = await session.scalar(select(Organization.time_zone).where(Organization.organization_id == organization_id))
    return analyse(rows, ZoneInfo(zone or "UTC"))


def analyse(rows: Iterable[ReturnRow], zone: ZoneInfo) -> list[ReturnAnalysis]:
    """The same of given returns; the currency with the largest amount first."""
    by_currency: dict[str, list[ReturnRow]] = defaultdict(list)
    for row in rows:
        by_currency[row.currency].append(row)
    found = [_analyse_currency(currency, kept, zone) for currency, kept in by_currency.items()]
    return sorted(found, key=lambda each: (-each.amount_minor, each.currency))


def _analyse_currency(currency: str, rows: Sequence[ReturnRow], zone: ZoneInfo) -> ReturnAnalysis:
    keys: dict[Dimension, Callable[[ReturnRow, ReturnLine], tuple[str, str]]] = {
        "reason": lambda row, line: (row.reason, row.reason),
        "month": lambda row, line: (month := f"{row.requested_at.astimezone(zone):%Y-%m}", month),
        "product": lambda row, line: (line.product_code or line.product_name, line.product_name),
        "customer": lambda row, line: (str(row.account_id), row.account_name),
    }
    groups: dict[Dimension, list[ReturnGroup]] = {}
    for dimension, key_of in keys.items():
        groups[dimension] = _groups([part for index, row in enumerate(rows) for part in _parts(index, row, key_of)])
    groups["month"].sort(key=lambda each: each.key or "")
    return ReturnAnalysis(
        currency=currency,
        requests=len(rows),
        returned=sum(row.state in COUNTED for row in rows),
        amount_minor=sum(each.amount_minor for each in groups["reason"]),
        by=groups,
    )


def _parts(index: int, row: ReturnRow, key_of: Callable[[ReturnRow, ReturnLine], tuple[str, str]]) -> list[_Part]:
    counts = row.state in COUNTED
    return [
        _Part(*key_of(row, line), index, row.reason, counts, line.received * line.unit_price_minor if counts else 0)
        for line in row.lines
    ]


def _groups(parts: Sequence[_Part]) -> list[ReturnGroup]:
    by_key: dict[str, list[_Part]] = defaultdict(list)
    for part in parts:
        by_key[part.key].append(part)
    amounts = {key: sum(part.amount_minor for part in kept) for key, kept in by_key.items()}
    ordered = sorted(by_key, key=lambda key: (-amounts[key], key))
    told: list[tuple[str | None, list[_Part]]] = [(key, by_key[key]) for key in ordered[:MOST_GROUPS]]
    if rest := [part for key in ordered[MOST_GROUPS:] for part in by_key[key]]:
        told.append((None, rest))
    group_shares = shares([sum(part.amount_minor for part in kept) for _, kept in told])
    return [_group(key, kept, share) for (key, kept), share in zip(told, group_shares, strict=True)]


def _group(key: str | None, parts: Sequence[_Part], share: float | None) -> ReturnGroup:
    amounts = [sum(part.amount_minor for part in parts if part.reason == reason) for reason in REASONS]
    return ReturnGroup(
        key=key,
        name=parts[0].name if key is not None else "",
        requests=len({part.row for part in parts}),
        returned=len({part.row for part in parts if part.counts}),
        amount_minor=sum(amounts),
        share=share,
        reasons=[ReasonAmount(*each) for each in zip(REASONS, amounts, shares(amounts), strict=True) if each[1]],
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

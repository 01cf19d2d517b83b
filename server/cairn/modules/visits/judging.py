"""What the server knows about a check-in, put before the rules."""

from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select

from cairn.kernel.context import Context
from cairn.modules.accounts.models import Account, Site
from cairn.modules.files.models import File
from cairn.modules.identity.models import Organization
from cairn.modules.visits.models import LastFix, Visit
from cairn.modules.visits.rules import CheckIn, Fix, PhotoEvidence, Place, WorkingHours, judge_visit

LARGEST_SKEW_S = 1_000 * 365.0 * 86_400
"""A clock in year 1 or 9999 is wrong by more, but then its times could not be computed with."""


def fix_of(position: dict[str, Any]) -> Fix:
    fixed_at = position["fixed_at"]
    if isinstance(fixed_at, str):
        fixed_at = datetime.fromisoformat(fixed_at)
    return Fix(position["lat"], position["lon"], position["accuracy_m"], fixed_at)


async def judge(ctx: Context, visit: Visit, photos: list[PhotoEvidence]) -> None:
    """Set a visit's distance and verdict from all that is known now."""
    account = await ctx.find(Account, visit.account_id)
    organization = await ctx.load(Organization, ctx.organization_id)
    skew_s = max(-LARGEST_SKEW_S, min(LARGEST_SKEW_S, visit.skew_s))
    verdict = judge_visit(
        CheckIn(
            at=visit.checked_in_at - timedelta(seconds=skew_s),
            fix=fix_of(visit.position),
            sites=await places(ctx, account),
            working_hours=_working_hours(
                organization.working_hours["start"], organization.working_hours["end"], organization.time_zone
            ),
            previous=fix_of(visit.previous_fix) if visit.previous_fix else None,
            photos=photos,
            clock_skew_s=skew_s,
            received_at=visit.received_at,
        )
    )
    visit.distance_m = verdict.distance_m
    visit.site_id = UUID(verdict.site_id) if verdict.site_id and verdict.site_id != str(visit.account_id) else None
    visit.verdict = {
        "level": verdict.level,
        "score": verdict.score,
        "reasons": msgspec.to_builtins(verdict.reasons),
    }
    for reason in verdict.reasons:
        ctx.flag(reason.code)
    visit.flags = sorted(set(visit.flags or []) | set(ctx.flags))


@lru_cache(maxsize=1_000)
def _working_hours(start: str, end: str, time_zone: str) -> WorkingHours:
    return WorkingHours(time.fromisoformat(start), time.fromisoformat(end), time_zone)


async def places(ctx: Context, account: Account | None) -> list[Place]:
    """The customer's own position and its further sites."""
    if account is None:
        return []
    own = [(account.id, account.position)]
    further = [
        (site.id, site.position) for site in await ctx.related(Site.account_id, account) if site.deleted_at is None
    ]
    return [Place(str(place_id), at["lat"], at["lon"]) for place_id, at in own + further if at is not None]


async def previous_fix(ctx: Context, visit: Visit) -> dict[str, Any] | None:
    """Where the person was seen last, unless it was at this visit."""
    last = await ctx.find(LastFix, visit.user_id)
    if last is None or last.visit_id == visit.id:
        return None
    return {
        "lat": last.lat,
        "lon": last.lon,
        "accuracy_m": last.accuracy_m,
        "fixed_at": last.fixed_at.isoformat(),
    }


async def remember_fix(ctx: Context, visit: Visit) -> None:
    """Keep the newest fix of a person; one that comes late does not push a newer one out.

    A fix from the future would never be pushed out again, and no journey found impossible.
    """
    fix = fix_of(visit.position)
    fix = msgspec.structs.replace(fix, fixed_at=min(fix.fixed_at, visit.received_at))
    last = await ctx.find(LastFix, visit.user_id)
    if last is None:
        last = LastFix(organization_id=ctx.organization_id, id=visit.user_id)
        _set_fix(last, fix, visit.id)
        ctx.add(last)
    elif fix.fixed_at >= last.fixed_at:
        _set_fix(last, fix, visit.id)


def _set_fix(last: LastFix, fix: Fix, visit_id: UUID) -> None:
    last.lat, last.lon, last.accuracy_m = fix.lat, fix.lon, fix.accuracy_m
    last.fixed_at, last.visit_id = fix.fixed_at, visit_id


async def photo_evidence(ctx: Context, visit: Visit) -> list[PhotoEvidence]:
    """What the visit's stored photos say, and which of them were seen at another visit."""
    ids = [UUID(str(each)) for each in visit.photo_ids]
    files = [file for each in ids if (file := await ctx.find(File, each)) is not None and file.state == "stored"]
    evidence = []
    for file in files:
        statement = (
            select(File.about)
            .where(File.organization_id == ctx.organization_id, File.sha256 == file.sha256, File.id != file.id)
            .where(File.state == "stored")
            .limit(50)
        )
        others = [about for about in (await ctx.session.scalars(statement)) if about and about["kind"] == "visit"]
        duplicate = next((about["id"] for about in others if about["id"] != str(visit.id)), None)
        position = file.taken_position or {}
        evidence.append(PhotoEvidence(duplicate, position.get("lat"), position.get("lon"), file.taken_at))
    return evidence

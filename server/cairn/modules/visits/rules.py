"""The visit verdict: how well a check-in is borne out by what came with it (features 122–127).

A verdict is evidence for a person to weigh. It never blocks a visit: the worst it says is "doubtful", with
reasons. `sync/vectors/verdict.json` holds the phone's twin to the same, as far as a phone can know.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from cairn.kernel.geodesy import SPHERE_ERROR, geodesic_m, sphere_m

Level = Literal["ok", "review", "doubtful"]
ReasonCode = Literal[
    "far_from_site",
    "low_accuracy",
    "stale_fix",
    "impossible_speed",
    "clock_skew",
    "duplicate_photo",
    "photo_elsewhere",
    "photo_other_time",
    "synced_late",
    "no_site",
    "outside_hours",
]


class Thresholds(Struct, frozen=True):
    """Every number of the verdict; a value exactly on a limit is still inside it.

    The speed: China's roads end at 120 km/h (Implementing Regulations of the Road Traffic Safety Law, article
    78), an express train runs at 300–350 km/h, but from door to door, with the ways to and from the station,
    hardly anybody exceeds 200 km/h; a flight can, and a person reading the reason will know of it.
    The accuracy: browsers report the radius of 95 % confidence (W3C Geolocation, `accuracy`); satellite fixes
    are 3–30 m, Wi-Fi some 100 m, a mobile cell 1 km and more. Those two steps are the two limits.
    """

    fence_radius_m: float = 300.0
    very_far_m: float = 2_000.0
    low_accuracy_m: float = 100.0
    useless_accuracy_m: float = 1_000.0
    stale_fix_s: float = 120.0
    speed_kmh: float = 200.0
    # Below this a "jump" is the receiver finding its place, not a person travelling.
    speed_from_m: float = 500.0
    clock_skew_s: float = 300.0
    photo_distance_m: float = 500.0
    photo_age_s: float = 1_800.0
    synced_late_s: float = 86_400.0

    # Points off 100. Anything that speaks against having been there takes more than 20 and so asks for a
    # review by itself; what is only inconvenient (late, unusual hour, no site on record) needs company.
    far_points: int = 30
    very_far_points: int = 55
    low_accuracy_points: int = 15
    useless_accuracy_points: int = 30
    stale_fix_points: int = 25
    speed_points: int = 40
    clock_skew_points: int = 25
    duplicate_photo_points: int = 60
    photo_elsewhere_points: int = 30
    photo_other_time_points: int = 25
    synced_late_points: int = 5
    no_site_points: int = 20
    outside_hours_points: int = 10

    ok_from: int = 80
    review_from: int = 50


DEFAULT_THRESHOLDS = Thresholds()


class Fix(Struct, frozen=True):
    """A position as the phone had it, WGS-84; an accuracy of null or 0 means unknown."""

    lat: float
    lon: float
    accuracy_m: float | None
    fixed_at: datetime


class Place(Struct, frozen=True):
    """A site of the customer that has a position."""

    id: str
    lat: float
    lon: float


class PhotoEvidence(Struct, frozen=True):
    """What a photo says of itself; `duplicate_of` is another visit that holds the same bytes."""

    duplicate_of: str | None = None
    lat: float | None = None
    lon: float | None = None
    taken_at: datetime | None = None


class WorkingHours(Struct, frozen=True):
    """The organization's hours in its own zone, both ends included; a smaller end is past midnight."""

    start: time
    end: time
    time_zone: str


class CheckIn(Struct, frozen=True, kw_only=True):
    """All that is known when a visit is judged; times are aware, `at` and the fixes by the phone's clock.

    `clock_skew_s` is the server's clock minus the phone's; `received_at` is null before it was sent.
    """

    at: datetime
    fix: Fix
    sites: Sequence[Place]
    working_hours: WorkingHours
    previous: Fix | None = None
    photos: Sequence[PhotoEvidence] = ()
    clock_skew_s: float = 0.0
    received_at: datetime | None = None


class Reason(Struct, frozen=True):
    """A code that both locales have words for, with whole numbers of metres, seconds or km/h."""

    code: ReasonCode
    params: dict[str, int | str] = field(default_factory=dict)


class Verdict(Struct, frozen=True):
    level: Level
    score: int
    reasons: list[Reason]
    distance_m: float | None
    site_id: str | None


Finding = tuple[int, Reason]


def judge_visit(check_in: CheckIn, thresholds: Thresholds = DEFAULT_THRESHOLDS) -> Verdict:
    """Weigh a check-in; each code counts once, with its worst case."""
    nearest = nearest_place(check_in.fix, check_in.sites)
    findings = [
        *_site_findings(check_in.fix, nearest, thresholds),
        *_fix_findings(check_in, thresholds),
        *_speed_findings(check_in.fix, check_in.previous, thresholds),
        *_clock_findings(check_in, thresholds),
        *_photo_findings(check_in, thresholds),
        *_time_findings(check_in, thresholds),
    ]
    score = max(0, 100 - sum(points for points, _ in findings))
    return Verdict(
        level=level_of(score, thresholds),
        score=score,
        reasons=[reason for _, reason in findings],
        distance_m=nearest[1] if nearest else None,
        site_id=nearest[0].id if nearest else None,
    )


def level_of(score: int, thresholds: Thresholds = DEFAULT_THRESHOLDS) -> Level:
    if score >= thresholds.ok_from:
        return "ok"
    return "review" if score >= thresholds.review_from else "doubtful"


def nearest_place(fix: Fix, places: Iterable[Place]) -> tuple[Place, float] | None:
    """The nearest place and its geodesic distance in metres; null when there is none."""
    rough = [(sphere_m(fix.lat, fix.lon, place.lat, place.lon), place) for place in places]
    if not rough:
        return None
    # Geodesics cost a hundred times a sphere's arc: only those are computed that may turn out the nearest.
    limit = min(metres for metres, _ in rough) * (1 + 2 * SPHERE_ERROR) + 0.001
    exact = [(place, geodesic_m(fix.lat, fix.lon, place.lat, place.lon)) for metres, place in rough if metres <= limit]
    return min(exact, key=lambda pair: pair[1])


def is_working_time(moment: datetime, hours: WorkingHours) -> bool:
    """Equal start and end mean the whole day."""
    local = moment.astimezone(ZoneInfo(hours.time_zone)).time()
    if hours.start == hours.end:
        return True
    if hours.start < hours.end:
        return hours.start <= local <= hours.end
    return local >= hours.start or local <= hours.end


def _site_findings(fix: Fix, nearest: tuple[Place, float] | None, thresholds: Thresholds) -> Iterator[Finding]:
    if nearest is None:
        yield thresholds.no_site_points, Reason("no_site")
        return
    # The person may stand anywhere in the circle of accuracy: only what is beyond all of it counts as far.
    at_least_m = nearest[1] - _accuracy_m(fix)
    if at_least_m <= thresholds.fence_radius_m:
        return
    very_far = at_least_m > thresholds.very_far_m
    yield (
        thresholds.very_far_points if very_far else thresholds.far_points,
        Reason("far_from_site", {"distance_m": round(nearest[1]), "radius_m": round(thresholds.fence_radius_m)}),
    )


def _fix_findings(check_in: CheckIn, thresholds: Thresholds) -> Iterator[Finding]:
    accuracy_m = _accuracy_m(check_in.fix)
    if accuracy_m > thresholds.low_accuracy_m:
        useless = accuracy_m > thresholds.useless_accuracy_m
        yield (
            thresholds.useless_accuracy_points if useless else thresholds.low_accuracy_points,
            Reason("low_accuracy", {"accuracy_m": round(accuracy_m)}),
        )
    age_s = (check_in.at - check_in.fix.fixed_at).total_seconds()
    if age_s > thresholds.stale_fix_s:
        yield thresholds.stale_fix_points, Reason("stale_fix", {"age_s": round(age_s)})


def _speed_findings(fix: Fix, previous: Fix | None, thresholds: Thresholds) -> Iterator[Finding]:
    if previous is None:
        return
    slack_m = _accuracy_m(fix) + _accuracy_m(previous)
    # The speed is the same whichever fix came first: who syncs late brings old fixes after new ones.
    # Fixes of the same moment count as a second apart, so that the speed stays a number.
    elapsed_s = max(abs((fix.fixed_at - previous.fixed_at).total_seconds()), 1.0)
    allowed_m = max(thresholds.speed_from_m, elapsed_s * thresholds.speed_kmh / 3.6)
    if sphere_m(fix.lat, fix.lon, previous.lat, previous.lon) * (1 + SPHERE_ERROR) - slack_m < allowed_m:
        return
    moved_m = geodesic_m(fix.lat, fix.lon, previous.lat, previous.lon) - slack_m
    if moved_m > allowed_m:
        speed_kmh = moved_m / elapsed_s * 3.6
        yield thresholds.speed_points, Reason("impossible_speed", {"speed_kmh": round(speed_kmh)})


def _clock_findings(check_in: CheckIn, thresholds: Thresholds) -> Iterator[Finding]:
    # A fix later than the check-in it came with shows a clock that was set back in between.
    ahead_s = (check_in.fix.fixed_at - check_in.at).total_seconds()
    skew_s = max(abs(check_in.clock_skew_s), ahead_s)
    if skew_s > thresholds.clock_skew_s:
        yield thresholds.clock_skew_points, Reason("clock_skew", {"skew_s": round(skew_s)})


def _photo_findings(check_in: CheckIn, thresholds: Thresholds) -> Iterator[Finding]:
    fix = check_in.fix
    duplicate_of = next((photo.duplicate_of for photo in check_in.photos if photo.duplicate_of), None)
    if duplicate_of is not None:
        yield thresholds.duplicate_photo_points, Reason("duplicate_photo", {"visit_id": duplicate_of})
    farthest_m = max(
        (
            geodesic_m(fix.lat, fix.lon, photo.lat, photo.lon)
            for photo in check_in.photos
            if photo.lat is not None and photo.lon is not None
        ),
        default=0.0,
    )
    if farthest_m - _accuracy_m(fix) > thresholds.photo_distance_m:
        yield (
            thresholds.photo_elsewhere_points,
            Reason("photo_elsewhere", {"distance_m": round(farthest_m)}),
        )
    oldest_s = max(
        (abs((check_in.at - photo.taken_at).total_seconds()) for photo in check_in.photos if photo.taken_at),
        default=0.0,
    )
    if oldest_s > thresholds.photo_age_s:
        yield thresholds.photo_other_time_points, Reason("photo_other_time", {"age_s": round(oldest_s)})


def _time_findings(check_in: CheckIn, thresholds: Thresholds) -> Iterator[Finding]:
    happened_at = check_in.at + timedelta(seconds=check_in.clock_skew_s)
    if check_in.received_at is not None:
        delay_s = (check_in.received_at - happened_at).total_seconds()
        if delay_s > thresholds.synced_late_s:
            yield thresholds.synced_late_points, Reason("synced_late", {"delay_s": round(delay_s)})
    if not is_working_time(happened_at, check_in.working_hours):
        yield thresholds.outside_hours_points, Reason("outside_hours")


def _accuracy_m(fix: Fix) -> float:
    return max(fix.accuracy_m or 0.0, 0.0)

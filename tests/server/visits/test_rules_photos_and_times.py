"""The visit verdict's boundaries that concern photos, late arrival and working hours."""

from datetime import UTC, datetime, time, timedelta

import pytest

from cairn.modules.visits.rules import Fix, PhotoEvidence, WorkingHours, is_working_time, judge_visit
from support.check_ins import AT, HOURS, LAT, LON, check_in, codes, fix, north_of_site


@pytest.mark.feature(124, 127)
def test_the_same_photo_on_another_visit_is_doubtful() -> None:
    verdict = judge_visit(check_in(photos=[PhotoEvidence(), PhotoEvidence(duplicate_of="other visit")]))
    assert verdict.level == "doubtful"
    assert verdict.reasons[0].params == {"visit_id": "other visit"}


@pytest.mark.feature(124, 127)
@pytest.mark.parametrize(
    ("metres", "accuracy_m", "expected"),
    [
        (499.9, None, []),
        (500.1, None, ["photo_elsewhere"]),
        (519.9, 20.0, []),
        (520.1, 20.0, ["photo_elsewhere"]),
    ],
)
def test_photo_taken_elsewhere(metres: float, accuracy_m: float | None, expected: list[str]) -> None:
    lat, lon = north_of_site(metres)
    photos = [PhotoEvidence(lat=LAT, lon=LON), PhotoEvidence(lat=lat, lon=lon)]
    verdict = judge_visit(check_in(fix=fix(accuracy_m=accuracy_m), photos=photos))
    assert codes(verdict) == expected


@pytest.mark.parametrize(
    ("age_s", "expected"),
    [
        (1_799.999, []),
        (1_800.0, []),
        (1_800.001, ["photo_other_time"]),
        (-1_800.0, []),
        (-1_800.001, ["photo_other_time"]),
    ],
)
def test_photo_taken_at_another_time(age_s: float, expected: list[str]) -> None:
    photos = [PhotoEvidence(taken_at=AT), PhotoEvidence(taken_at=AT - timedelta(seconds=age_s))]
    assert codes(judge_visit(check_in(photos=photos))) == expected


@pytest.mark.parametrize(
    ("delay_s", "skew_s", "expected"),
    [
        (86_400.0, 0.0, []),
        (86_400.001, 0.0, ["synced_late"]),
        # The phone's clock is behind by 100 s: it happened later than it says.
        (86_500.0, 100.0, []),
        (86_500.001, 100.0, ["synced_late"]),
    ],
)
def test_synced_late_counts_from_the_corrected_time(delay_s: float, skew_s: float, expected: list[str]) -> None:
    received_at = AT + timedelta(seconds=delay_s)
    verdict = judge_visit(check_in(received_at=received_at, clock_skew_s=skew_s))
    assert codes(verdict) == expected
    assert verdict.level == "ok", "being offline for long must never ask for a review by itself"


def test_the_phone_judges_before_it_is_received() -> None:
    assert codes(judge_visit(check_in(received_at=None))) == []


@pytest.mark.parametrize(
    ("utc", "working"),
    [
        ("00:59:59.999", False),
        ("01:00:00", True),
        ("01:00:00.001", True),
        ("09:59:59.999", True),
        ("10:00:00", True),
        ("10:00:00.001", False),
        ("16:30:00", False),
    ],
)
def test_working_hours_are_those_of_the_organizations_zone(utc: str, working: bool) -> None:
    moment = datetime.fromisoformat(f"2026-11-20T{utc}+00:00")
    assert is_working_time(moment, HOURS) is working
    late = check_in(at=moment, fix=Fix(LAT, LON, 10.0, moment), received_at=moment)
    assert codes(judge_visit(late)) == ([] if working else ["outside_hours"])
    assert judge_visit(late).level == "ok"


def test_a_skewed_clock_is_corrected_before_the_hours_are_judged() -> None:
    at = datetime(2026, 11, 20, 0, 50, tzinfo=UTC)  # 08:50 by a phone that is 20 minutes behind
    verdict = judge_visit(check_in(at=at, fix=Fix(LAT, LON, 10.0, at), clock_skew_s=1_200.0))
    assert codes(verdict) == ["clock_skew"]


@pytest.mark.parametrize(
    ("start", "end", "utc", "working"),
    [
        (time(22), time(6), "2026-07-01T20:00:00+00:00", True),
        (time(22), time(6), "2026-07-01T04:00:00+00:00", True),
        (time(22), time(6), "2026-07-01T04:00:01+00:00", False),
        (time(22), time(6), "2026-07-01T12:00:00+00:00", False),
        (time(0), time(0), "2026-07-01T12:00:00+00:00", True),
        # Berlin: 09:00 is 07:00 UTC in summer and 08:00 UTC in winter.
        (time(9), time(18), "2026-07-01T07:00:00+00:00", True),
        (time(9), time(18), "2026-12-01T07:00:00+00:00", False),
        (time(9), time(18), "2026-12-01T08:00:00+00:00", True),
    ],
)
def test_hours_past_midnight_round_the_clock_and_summer_time(start: time, end: time, utc: str, working: bool) -> None:
    hours = WorkingHours(start=start, end=end, time_zone="Europe/Berlin")
    assert is_working_time(datetime.fromisoformat(utc), hours) is working

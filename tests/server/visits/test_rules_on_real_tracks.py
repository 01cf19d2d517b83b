"""The verdict on tracks that real receivers recorded: jumps are found, ordinary driving is left alone."""

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest
from geopy.distance import great_circle

from cairn.modules.visits.rules import CheckIn, Fix, Place, WorkingHours, judge_visit
from support.shared_data import shared_data

ALL_DAY = WorkingHours(start=time(0), end=time(0), time_zone="UTC")
CABS = ["anupwr", "egreosko", "oxdoghic", "uklsdryo"]


def check_in_at(fix: Fix, previous: Fix | None = None, sites: list[Place] | None = None) -> CheckIn:
    here = [Place(id="here", lat=fix.lat, lon=fix.lon)] if sites is None else sites
    return CheckIn(at=fix.fixed_at, fix=fix, previous=previous, sites=here, working_hours=ALL_DAY)


def cab_fixes(cab: str) -> Iterator[Fix]:
    for line in shared_data("gps_tracks", "cabspotting_sf", f"new_{cab}.txt").read_text().splitlines():
        lat, lon, _, seconds = line.split()
        yield Fix(float(lat), float(lon), None, datetime.fromtimestamp(int(seconds), UTC))


def google_fixes() -> list[Fix]:
    path = shared_data("gps_tracks", "trackintel_ch", "google_trajectory.csv")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    return [
        Fix(
            float(row["latitude"]),
            float(row["longitude"]),
            float(row["accuracy"]),
            datetime.fromisoformat(row["tracked_at"]),
        )
        for row in rows
    ]


def slower_than(kmh: float, earlier: Fix, later: Fix) -> bool:
    metres: float = great_circle((earlier.lat, earlier.lon), (later.lat, later.lon)).meters
    return metres / max((later.fixed_at - earlier.fixed_at).total_seconds(), 1) * 3.6 < kmh


@pytest.mark.feature(127)
@pytest.mark.parametrize("cab", CABS)
def test_a_taxis_jumps_are_found_and_its_driving_is_not(cab: str) -> None:
    fixes = list(cab_fixes(cab))
    assert len(fixes) > 2_000
    found = ordinary = jumps = 0
    for earlier, later in pairwise(fixes):
        verdict = judge_visit(check_in_at(later, earlier))
        accused = bool(verdict.reasons)
        assert {reason.code for reason in verdict.reasons} <= {"impossible_speed"}
        found += accused
        if slower_than(160, earlier, later):
            ordinary += 1
            assert not accused, f"{earlier} → {later}: {verdict}"
        else:
            jumps += 1
            assert accused or slower_than(202, earlier, later) or _is_near(earlier, later)
    assert ordinary > 0.95 * len(fixes)
    assert 0 < found <= jumps, "every one of these tracks has receiver jumps"


def _is_near(earlier: Fix, later: Fix) -> bool:
    metres: float = great_circle((earlier.lat, earlier.lon), (later.lat, later.lon)).meters
    return metres < 510


def test_a_phones_poor_fixes_are_named_and_never_accused_of_being_far() -> None:
    fixes = google_fixes()
    assert max(fix.accuracy_m or 0 for fix in fixes) == 1_001
    levels: Counter[str] = Counter()
    for fix in fixes:
        verdict = judge_visit(check_in_at(fix))
        accuracy_m = fix.accuracy_m or 0
        expected = ["low_accuracy"] if accuracy_m > 100 else []
        assert [reason.code for reason in verdict.reasons] == expected
        assert verdict.level == ("review" if accuracy_m > 1_000 else "ok")
        levels[verdict.level] += 1
    assert 0 < levels["review"] < 0.05 * len(fixes)


def test_one_person_on_foot_and_by_tram_is_never_impossibly_fast() -> None:
    fixes = sorted(google_fixes(), key=lambda fix: fix.fixed_at)
    for earlier, later in pairwise(fixes):
        verdict = judge_visit(check_in_at(later, earlier))
        assert "impossible_speed" not in {reason.code for reason in verdict.reasons}


def test_two_visits_by_fast_train_are_possible_however_its_fixes_jump() -> None:
    path = shared_data("gps_tracks", "trackintel_ch", "posmo_trajectory.csv")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    fixes = [
        Fix(
            float(row["latitude"]),
            float(row["longitude"]),
            float(row["accuracy"]),
            datetime.fromisoformat(row["tracked_at"][:26]).replace(tzinfo=UTC),
        )
        for row in rows
    ]
    # In the train the receiver leaps between mobile cells, with accuracy 0 for "unknown": that is named.
    jumps = [later for earlier, later in pairwise(fixes) if judge_visit(check_in_at(later, earlier)).reasons]
    assert 0 < len(jumps) < 0.05 * len(fixes)
    # Visits are ten minutes and more apart, and over ten minutes the leaps do not matter.
    apart = timedelta(minutes=10)
    verdicts = [
        judge_visit(check_in_at(later, earlier))
        for earlier in fixes[::20]
        if (later := next((fix for fix in fixes if fix.fixed_at - earlier.fixed_at >= apart), None))
    ]
    assert len(verdicts) > 30
    assert all(verdict.reasons == [] for verdict in verdicts)

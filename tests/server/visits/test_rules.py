"""Every boundary of the visit verdict: just inside, on it, just outside."""

from datetime import timedelta

import pytest
from geopy.distance import geodesic

from cairn.kernel.geodesy import geodesic_m
from cairn.modules.visits.rules import (
    DEFAULT_THRESHOLDS,
    Fix,
    PhotoEvidence,
    Place,
    Thresholds,
    judge_visit,
    level_of,
    nearest_place,
)
from support.check_ins import AT, LAT, LON, check_in, codes, fix, north_of_site


@pytest.mark.feature(123, 127)
def test_a_good_check_in_is_ok_without_reasons() -> None:
    verdict = judge_visit(check_in())
    assert (verdict.level, verdict.score, verdict.reasons) == ("ok", 100, [])
    assert verdict.site_id == "site"
    assert verdict.distance_m == pytest.approx(0, abs=1e-6)


@pytest.mark.feature(127)
@pytest.mark.parametrize(
    ("distance", "accuracy_m", "expected", "score"),
    [
        (309.99, 10.0, [], 100),
        (310.0, 10.0, [], 100),
        (310.01, 10.0, ["far_from_site"], 70),
        (300.01, None, ["far_from_site"], 70),
        (300.01, 0.0, ["far_from_site"], 70),
        (299.99, None, [], 100),
        (399.99, 100.0, [], 100),
        (400.01, 100.0, ["far_from_site"], 70),
        (2_009.99, 10.0, ["far_from_site"], 70),
        (2_010.01, 10.0, ["far_from_site"], 45),
        (1_200.0, 1_001.0, ["low_accuracy"], 70),
        (1_400.0, 1_001.0, ["far_from_site", "low_accuracy"], 40),
    ],
)
def test_the_fence_allows_for_the_accuracy_of_the_fix(
    distance: float, accuracy_m: float | None, expected: list[str], score: int
) -> None:
    # "On the limit" is only as exact as the inverse of the geodesic: a nanometre of slack on the fence.
    thresholds = Thresholds(fence_radius_m=DEFAULT_THRESHOLDS.fence_radius_m + 1e-6)
    verdict = judge_visit(check_in(fix=fix(distance, accuracy_m)), thresholds)
    assert (codes(verdict), verdict.score) == (expected, score)
    assert verdict.distance_m == pytest.approx(distance, abs=1e-5)


def test_a_distance_exactly_on_the_radius_is_inside() -> None:
    lat, lon = north_of_site(250)
    exact = geodesic_m(lat, lon, LAT, LON)
    on_it = check_in(fix=Fix(lat=lat, lon=lon, accuracy_m=None, fixed_at=AT))
    assert codes(judge_visit(on_it, Thresholds(fence_radius_m=exact))) == []
    assert codes(judge_visit(on_it, Thresholds(fence_radius_m=exact - 1e-6))) == ["far_from_site"]
    assert judge_visit(on_it, Thresholds(fence_radius_m=1, very_far_m=exact)).score == 70
    assert judge_visit(on_it, Thresholds(fence_radius_m=1, very_far_m=exact - 1e-6)).score == 45


@pytest.mark.parametrize(
    ("accuracy_m", "score", "level"),
    [
        (-5.0, 100, "ok"),
        (99.9, 100, "ok"),
        (100.0, 100, "ok"),
        (100.1, 85, "ok"),
        (999.9, 85, "ok"),
        (1_000.0, 85, "ok"),
        (1_000.1, 70, "review"),
    ],
)
def test_low_accuracy(accuracy_m: float, score: int, level: str) -> None:
    verdict = judge_visit(check_in(fix=fix(accuracy_m=accuracy_m)))
    assert (verdict.score, verdict.level) == (score, level)
    assert codes(verdict) == ([] if score == 100 else ["low_accuracy"])


@pytest.mark.parametrize(
    ("age_s", "expected"),
    [(119.999, []), (120.0, []), (120.001, ["stale_fix"]), (3_600.0, ["stale_fix"])],
)
def test_stale_fix(age_s: float, expected: list[str]) -> None:
    verdict = judge_visit(check_in(fix=fix(seconds=-age_s)))
    assert codes(verdict) == expected
    assert verdict.level == ("review" if expected else "ok")


@pytest.mark.parametrize(
    ("skew_s", "expected"),
    [(299.999, []), (300.0, []), (300.001, ["clock_skew"]), (-300.0, []), (-300.001, ["clock_skew"])],
)
def test_clock_skew_in_both_directions(skew_s: float, expected: list[str]) -> None:
    assert codes(judge_visit(check_in(clock_skew_s=skew_s))) == expected


@pytest.mark.parametrize(("ahead_s", "expected"), [(300.0, []), (300.001, ["clock_skew"])])
def test_a_fix_from_the_future_shows_a_changed_clock(ahead_s: float, expected: list[str]) -> None:
    assert codes(judge_visit(check_in(fix=fix(seconds=ahead_s)))) == expected


@pytest.mark.feature(127)
@pytest.mark.parametrize(
    ("metres", "accuracies", "elapsed_s", "expected"),
    [
        (99_999.9, (0.0, 0.0), 1_800.0, []),
        (100_000.1, (0.0, 0.0), 1_800.0, ["impossible_speed"]),
        (100_059.9, (20.0, 40.0), 1_800.0, []),
        (100_060.1, (20.0, 40.0), 1_800.0, ["impossible_speed"]),
        (100_000.1, (0.0, 0.0), -1_800.0, ["impossible_speed"]),
        (499.9, (0.0, 0.0), 1.0, []),
        (500.1, (0.0, 0.0), 1.0, ["impossible_speed"]),
        (500.1, (0.0, 0.0), 0.0, ["impossible_speed"]),
        (0.0, (0.0, 0.0), 0.0, []),
    ],
)
def test_impossible_speed_since_the_last_fix(
    metres: float, accuracies: tuple[float, float], elapsed_s: float, expected: list[str]
) -> None:
    last = fix(metres, accuracies[1], -elapsed_s)
    verdict = judge_visit(check_in(fix=fix(0.0, accuracies[0]), previous=last))
    assert codes(verdict) == expected
    assert verdict.score == (60 if expected else 100)


def test_speed_exactly_at_the_limit_is_possible_and_is_reported_in_whole_kmh() -> None:
    lat, lon = north_of_site(20_000)
    moved_m = geodesic_m(LAT, LON, lat, lon)
    last = Fix(lat=lat, lon=lon, accuracy_m=None, fixed_at=AT - timedelta(seconds=360))
    now = check_in(fix=fix(accuracy_m=None), previous=last)
    # The limit is formed as seconds times km/h: the same product decides here.
    limit_kmh = moved_m * 3.6 / 360
    assert codes(judge_visit(now, Thresholds(speed_kmh=limit_kmh + 1e-9))) == []
    verdict = judge_visit(now, Thresholds(speed_kmh=limit_kmh - 1e-9))
    assert verdict.reasons[0].params == {"speed_kmh": 200}


def test_a_customer_without_a_site_is_ok_but_says_so() -> None:
    verdict = judge_visit(check_in(sites=[]))
    assert (codes(verdict), verdict.level, verdict.distance_m, verdict.site_id) == (
        ["no_site"],
        "ok",
        None,
        None,
    )


@pytest.mark.parametrize(
    ("score", "level"),
    [(100, "ok"), (80, "ok"), (79, "review"), (50, "review"), (49, "doubtful"), (0, "doubtful")],
)
def test_levels(score: int, level: str) -> None:
    assert level_of(score) == level


def test_everything_at_once_stops_at_zero() -> None:
    received_at = AT + timedelta(days=3)
    verdict = judge_visit(
        check_in(
            at=AT + timedelta(hours=12),
            fix=fix(50_000, 5_000),
            previous=fix(900_000, 10, -60),
            photos=[PhotoEvidence(duplicate_of="other", lat=0.0, lon=0.0, taken_at=AT - timedelta(days=400))],
            clock_skew_s=-3_600,
            received_at=received_at,
        )
    )
    assert (verdict.level, verdict.score) == ("doubtful", 0)
    assert len(codes(verdict)) == len(set(codes(verdict))) == 10


def test_the_nearest_site_counts_even_across_the_date_line_and_at_the_pole() -> None:
    here = Fix(lat=-17.0, lon=179.999, accuracy_m=5.0, fixed_at=AT)
    places = [Place("far", -17.0, 179.9), Place("across", -17.0, -179.999), Place("beyond", -16.0, 0.0)]
    place, metres = nearest_place(here, places) or (None, 0.0)
    assert place is places[1]
    assert metres == pytest.approx(212.9, abs=0.5)
    pole = Fix(lat=90.0, lon=0.0, accuracy_m=5.0, fixed_at=AT)
    assert nearest_place(pole, [Place("a", 89.999, 0.0), Place("b", 89.9999, 180.0)])[0].id == "b"  # type: ignore[index]


def test_nearly_equal_sites_are_told_apart_by_the_ellipsoid() -> None:
    # By the sphere the eastern one is nearer; by the ellipsoid the northern one, by half a per cent.
    here = Fix(lat=5.0, lon=100.0, accuracy_m=5.0, fixed_at=AT)
    north = geodesic(meters=10_000).destination((5.0, 100.0), bearing=0)
    east = geodesic(meters=10_010).destination((5.0, 100.0), bearing=90)
    places = [Place("east", east.latitude, east.longitude), Place("north", north.latitude, north.longitude)]
    nearest = nearest_place(here, places)
    assert nearest is not None
    assert nearest[0].id == "north"

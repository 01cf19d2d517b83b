"""GCJ-02 and BD-09 agree with the pairs of two other libraries, and every way there has its way back."""

import csv
import json
import random

import pytest

from cairn.kernel.coordinates import CoordinateSystem, from_wgs84, to_wgs84
from cairn.kernel.geodesy import geodesic_m
from support.shared_data import shared_data

SYSTEMS: list[CoordinateSystem] = ["gcj02", "bd09"]


def city_pairs() -> list[dict[str, tuple[float, float]]]:
    """Latitude and longitude by system; the file has longitude first."""
    text = shared_data("cn_places", "coord_pairs_china_cities.json").read_text(encoding="utf-8")
    return [
        {system.lower(): (values[1], values[0]) for system, values in place["coords"].items()}
        for place in json.loads(text)
    ]


@pytest.mark.parametrize("system", SYSTEMS)
def test_all_664_cities_to_a_metre_in_both_directions(system: CoordinateSystem) -> None:
    pairs = city_pairs()
    assert len(pairs) == 664
    there = [geodesic_m(*from_wgs84(*pair["wgs84"], system), *pair[system]) for pair in pairs]
    back = [geodesic_m(*to_wgs84(*pair[system], system), *pair["wgs84"]) for pair in pairs]
    assert max(there) <= 1.0
    assert max(back) <= 1.0
    unshifted = [geodesic_m(*pair[system], *pair["wgs84"]) for pair in pairs]
    assert min(unshifted) > 50, "the pairs do differ"


def test_bd09_from_gcj02_to_a_few_centimetres() -> None:
    for pair in city_pairs():
        wgs84 = to_wgs84(*pair["gcj02"], "gcj02")
        assert geodesic_m(*from_wgs84(*wgs84, "bd09"), *pair["bd09"]) < 0.05


def test_eviltransforms_pairs_to_a_micrometre() -> None:
    with shared_data("cn_places", "coord_pairs_eviltransform.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 3
    for row in rows:
        wgs84, gcj02 = (
            (float(row["wgs_lat"]), float(row["wgs_lng"])),
            (float(row["gcj_lat"]), float(row["gcj_lng"])),
        )
        assert from_wgs84(*wgs84, "gcj02") == pytest.approx(gcj02, abs=1e-11)
        assert to_wgs84(*gcj02, "gcj02") == pytest.approx(wgs84, abs=1e-9)


@pytest.mark.parametrize("system", SYSTEMS)
def test_there_and_back_is_a_millimetre_anywhere_in_china(system: CoordinateSystem) -> None:
    seed = 664
    dice = random.Random(seed)
    for _ in range(2_000):
        lat, lon = dice.uniform(18, 53), dice.uniform(74, 135)
        assert geodesic_m(*to_wgs84(*from_wgs84(lat, lon, system), system), lat, lon) < 0.001, f"seed {seed}"


@pytest.mark.parametrize("system", ["wgs84", "gcj02", "bd09"])
@pytest.mark.parametrize(
    "point", [(0.0, 0.0), (48.85, 2.35), (-33.87, 151.21), (40.7, -74.0), (35.68, 139.69), (90.0, 180.0)]
)
def test_the_rest_of_the_world_is_not_shifted(system: CoordinateSystem, point: tuple[float, float]) -> None:
    assert from_wgs84(*point, system) == point
    assert to_wgs84(*point, system) == point


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_edge_of_the_box_ends_the_search(system: CoordinateSystem) -> None:
    for lat, lon in [(0.8293, 72.004), (55.8271, 137.8347), (0.83, 100.0), (40.0, 137.834)]:
        there = to_wgs84(lat, lon, system)
        assert geodesic_m(*there, lat, lon) < 5_000

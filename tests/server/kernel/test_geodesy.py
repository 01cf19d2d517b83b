"""Distances agree with geopy, and the sphere stays within its stated error."""

import random

import pytest
from geopy.distance import geodesic

from cairn.kernel.geodesy import SPHERE_ERROR, geodesic_m, sphere_m


def test_the_geodesic_is_geopys() -> None:
    seed = 122
    dice = random.Random(seed)
    for _ in range(200):
        a = dice.uniform(-90, 90), dice.uniform(-180, 180)
        b = dice.uniform(-90, 90), dice.uniform(-180, 180)
        exact = geodesic(a, b).meters
        assert geodesic_m(*a, *b) == pytest.approx(exact, abs=0.000501), f"seed {seed}"
        assert sphere_m(*a, *b) == pytest.approx(exact, rel=SPHERE_ERROR), f"seed {seed}"


def test_near_points_take_the_short_way_to_the_same_millimetre() -> None:
    seed = 123
    dice = random.Random(seed)
    for _ in range(500):
        lat, lon = dice.uniform(-90, 90), dice.uniform(-179, 179)
        near = max(-90, min(90, lat + dice.uniform(-0.04, 0.04))), lon + dice.uniform(-0.04, 0.04)
        assert geodesic_m(lat, lon, *near) == pytest.approx(geodesic((lat, lon), near).meters, abs=0.00101), (
            f"seed {seed}"
        )


@pytest.mark.parametrize("metres", [0.001, 0.1, 1, 300, 100_000])
@pytest.mark.parametrize("bearing", [0, 45, 90])
def test_short_distances(metres: float, bearing: float) -> None:
    point = geodesic(meters=metres).destination((31.3, 120.6), bearing=bearing)
    assert geodesic_m(31.3, 120.6, point.latitude, point.longitude) == pytest.approx(metres, abs=0.0005)
    assert sphere_m(31.3, 120.6, point.latitude, point.longitude) == pytest.approx(metres, rel=SPHERE_ERROR, abs=1e-5)


def test_antipodes_and_the_same_point_are_no_trouble() -> None:
    assert geodesic_m(0, 0, 0, 180) == pytest.approx(20_003_931, abs=1)
    assert geodesic_m(10.5, -3.25, 10.5, -3.25) == 0
    assert sphere_m(10.5, -3.25, 10.5, -3.25) == 0

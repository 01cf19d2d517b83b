"""China's shifted coordinate systems: GCJ-02 (maps by law) and BD-09 (Baidu) from and to WGS-84.

The shift of GCJ-02 has never been published. The series below is the one that open-source libraries agree on
(eviltransform, gcoord): the Krasovsky 1940 ellipsoid with a sum of sines. Against the 664 city centres of
gcoord's fixtures it is right to 0.73 m. BD-09 turns and shifts GCJ-02 once more.
"""

from collections.abc import Callable
from math import atan2, cos, hypot, pi, radians, sin, sqrt
from typing import Literal

CoordinateSystem = Literal["wgs84", "gcj02", "bd09"]
Point = tuple[float, float]
"""Latitude, longitude in degrees."""

KRASOVSKY_AXIS_M = 6_378_245.0
KRASOVSKY_ECCENTRICITY_SQUARED = 0.00669342162296594323
BAIDU_TURNS = pi * 3_000 / 180
# Outside this box, which holds all of China and some of its neighbours, the systems agree with WGS-84.
SHIFTED_LAT = (0.8293, 55.8271)
SHIFTED_LON = (72.004, 137.8347)
INVERSE_ROUNDS = 30
INVERSE_PRECISION_DEGREES = 1e-10  # 0.01 mm


def to_wgs84(lat: float, lon: float, system: CoordinateSystem) -> Point:
    """Degrees in WGS-84 of a point that is given in `system`."""
    if system == "bd09":
        lat, lon = _inverse(_gcj02_to_bd09, lat, lon)
    return (lat, lon) if system == "wgs84" else _inverse(_wgs84_to_gcj02, lat, lon)


def from_wgs84(lat: float, lon: float, system: CoordinateSystem) -> Point:
    """Degrees in `system` of a point in WGS-84."""
    if system == "wgs84":
        return lat, lon
    shifted = _wgs84_to_gcj02(lat, lon)
    return _gcj02_to_bd09(*shifted) if system == "bd09" else shifted


def _is_shifted(lat: float, lon: float) -> bool:
    return SHIFTED_LAT[0] <= lat <= SHIFTED_LAT[1] and SHIFTED_LON[0] <= lon <= SHIFTED_LON[1]


def _wgs84_to_gcj02(lat: float, lon: float) -> Point:
    if not _is_shifted(lat, lon):
        return lat, lon
    north_m, east_m = _shift_m(lon - 105.0, lat - 35.0)
    bulge = 1 - KRASOVSKY_ECCENTRICITY_SQUARED * sin(radians(lat)) ** 2
    meridian_radius_m = KRASOVSKY_AXIS_M * (1 - KRASOVSKY_ECCENTRICITY_SQUARED) / (bulge * sqrt(bulge))
    parallel_radius_m = KRASOVSKY_AXIS_M / sqrt(bulge) * cos(radians(lat))
    return lat + north_m * 180 / (meridian_radius_m * pi), lon + east_m * 180 / (parallel_radius_m * pi)


def _shift_m(x: float, y: float) -> Point:
    """Metres to the north and east, from degrees east of 105° and north of 35°."""
    short_waves = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + short_waves
    north += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    north += (160 * sin(y / 12 * pi) + 320 * sin(y / 30 * pi)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + short_waves
    east += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    east += (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    return north, east


def _gcj02_to_bd09(lat: float, lon: float) -> Point:
    if not _is_shifted(lat, lon):
        return lat, lon
    radius = hypot(lat, lon) + 0.00002 * sin(lat * BAIDU_TURNS)
    angle = atan2(lat, lon) + 0.000003 * cos(lon * BAIDU_TURNS)
    return radius * sin(angle) + 0.006, radius * cos(angle) + 0.0065


def _inverse(shift: Callable[[float, float], Point], lat: float, lon: float) -> Point:
    """The point that `shift` moves here; the shift changes so slowly that following it back converges."""
    if not _is_shifted(lat, lon):
        return lat, lon
    found_lat, found_lon = lat, lon
    for _ in range(INVERSE_ROUNDS):
        moved_lat, moved_lon = shift(found_lat, found_lon)
        error_lat, error_lon = moved_lat - lat, moved_lon - lon
        found_lat, found_lon = found_lat - error_lat, found_lon - error_lon
        if max(abs(error_lat), abs(error_lon)) < INVERSE_PRECISION_DEGREES:
            break
    return found_lat, found_lon

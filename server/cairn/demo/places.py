"""Where the demo company's customers are: four districts, on land, and how far one is from another."""

import math
from dataclasses import dataclass
from random import Random

METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True)
class Point:
    """WGS-84 degrees."""

    lat: float
    lon: float

    def moved(self, metres: float, bearing_degrees: float) -> "Point":
        """A point so far away on a plane: exact enough for a few kilometres."""
        angle = math.radians(bearing_degrees)
        north, east = metres * math.cos(angle), metres * math.sin(angle)
        return Point(
            round(self.lat + north / METRES_PER_DEGREE, 6),
            round(self.lon + east / (METRES_PER_DEGREE * math.cos(math.radians(self.lat))), 6),
        )

    def metres_to(self, other: "Point") -> float:
        north = (other.lat - self.lat) * METRES_PER_DEGREE
        east = (other.lon - self.lon) * METRES_PER_DEGREE * math.cos(math.radians(self.lat))
        return math.hypot(north, east)


@dataclass(frozen=True)
class Area:
    """A district; customers lie between two bearings from its middle, which keeps them out of lakes and the sea."""

    key: str
    chinese: str
    district: str
    english: str
    dialling_code: str
    middle: Point
    bearings: tuple[float, float]
    reach_m: float

    def jittered(self, random: Random) -> Point:
        """Denser towards the middle."""
        return self.middle.moved(self.reach_m * random.uniform(0.05, 1) ** 0.8, random.uniform(*self.bearings))


AREAS = {
    area.key: area
    for area in (
        Area("suzhou", "苏州", "苏州市姑苏区", "Gusu, Suzhou", "0512", Point(31.30, 120.60), (0, 360), 6_500),
        Area("wuxi", "无锡", "无锡市梁溪区", "Liangxi, Wuxi", "0510", Point(31.49, 120.31), (-30, 130), 7_000),
        Area("jiading", "上海", "上海市嘉定区", "Jiading, Shanghai", "021", Point(31.38, 121.25), (0, 360), 7_000),
        Area("beilun", "宁波", "宁波市北仑区", "Beilun, Ningbo", "0574", Point(29.90, 121.84), (150, 300), 6_000),
    )
}

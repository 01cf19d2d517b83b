"""The 120 customers of the demo company: who has them, where they are, and who works there."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from cairn.demo import names
from cairn.demo.calendar import some_working_moment, wire
from cairn.demo.ids import id_at
from cairn.demo.names import TRADES, Trade
from cairn.demo.places import AREAS, Area, Point

HOME = {"rep1": "suzhou", "rep2": "suzhou", "rep3": "wuxi", "rep4": "jiading", "rep5": "suzhou", "rep6": "beilun"}
COUNTS = dict.fromkeys(HOME, 18) | {
    "manager": 3,
    "manager2": 3,
    "agent": 6,
}
HOME_OF_OTHERS = {"manager": "wuxi", "manager2": "suzhou", "agent": "suzhou"}
FAR_AREA = "beilun"
REPS_WITH_A_FAR_CUSTOMER = ("rep1", "rep2", "rep3", "rep5")
"""Each has one customer so far away that two calls within the hour are an impossible journey."""
LOSER = "rep6"
"""Whose last customer is given to a colleague."""
ENGLISH_OF_TEN = (2, 5, 8)


@dataclass
class Contact:
    id: UUID
    at: datetime
    args: dict[str, Any]


@dataclass
class Place:
    """Where one can call on a customer: its own position or a further site."""

    site_id: UUID | None
    name: str
    point: Point
    address: str


@dataclass
class Customer:
    """`args` is what created it; conflicts need the values that people saw."""

    id: UUID
    owner: str
    area: Area
    is_english: bool
    is_far: bool
    leaves: bool
    """Whether it is about to be given to a colleague, so that nobody calls on it."""
    created_at: datetime
    args: dict[str, Any]
    places: list[Place]
    contacts: list[Contact] = field(default_factory=list)

    @property
    def point(self) -> Point:
        return self.places[0].point


def make_customers(today: date, random: Random) -> list[Customer]:
    """In a fixed order: the reps' one after the other, then those of the supervisors and of the agent."""
    brands = [first + second for second in names.CHINESE_SECOND for first in names.CHINESE_FIRST]
    random.shuffle(brands)
    english = list(names.ENGLISH)
    customers: list[Customer] = []
    for owner, count in COUNTS.items():
        for index in range(count):
            is_far = owner in REPS_WITH_A_FAR_CUSTOMER and index == count - 1
            area = AREAS[FAR_AREA if is_far else {**HOME, **HOME_OF_OTHERS}[owner]]
            is_english = len(customers) % 10 in ENGLISH_OF_TEN
            brand = english.pop(0) if is_english else brands.pop(0)
            customer = _customer(owner, area, brand, is_english, is_far, today, random)
            customer.leaves = owner == LOSER and index == count - 1
            if index == 0 or random.random() < 0.2:
                _add_site(customer, random)
            customers.append(customer)
    for number, customer in enumerate(customers):
        customer.args["phone"] = _landline(customer.area, number)
        _add_contacts(customer, number, random)
    return customers


def _customer(
    owner: str, area: Area, brand: str, is_english: bool, is_far: bool, today: date, random: Random
) -> Customer:
    created_at = some_working_moment(today, (60, 540), random)
    trade = random.choice(TRADES)
    point = area.jittered(random)
    address = _address(area, is_english, random)
    name = f"{brand} {trade.english}" if is_english else f"{area.chinese}{brand}{trade.chinese}有限公司"
    return Customer(
        id=id_at(created_at, random),
        owner=owner,
        area=area,
        is_english=is_english,
        is_far=is_far,
        leaves=False,
        created_at=created_at,
        args={
            "name": name,
            "address": address,
            "position": position(point, created_at, random.choice((8, 12, 15, 20))),
            "tags": _tags(trade, random),
            "notes": random.choice(names.ENGLISH_NOTES if is_english else names.CHINESE_NOTES),
        },
        places=[Place(None, name, point, address)],
    )


def position(point: Point, fixed_at: datetime, accuracy_m: float) -> dict[str, Any]:
    """A fix as a phone gives it."""
    return {"lat": point.lat, "lon": point.lon, "accuracy_m": accuracy_m, "fixed_at": wire(fixed_at)}


def site_position(customer: Customer, place: Place) -> dict[str, Any]:
    """A further site's position: looked up when the customer was entered."""
    return {**customer.args["position"], "lat": place.point.lat, "lon": place.point.lon}


def _address(area: Area, is_english: bool, random: Random) -> str:
    number = random.randint(2, 688)
    if is_english:
        return f"{number} {random.choice(names.ENGLISH_ROADS)}, {area.english}"
    return f"{area.district}{random.choice(names.CHINESE_ROADS)}{number}号"


def _tags(trade: Trade, random: Random) -> list[str]:
    return [trade.tag, *random.sample(names.FURTHER_TAGS, random.randint(0, 2))]


def _landline(area: Area, number: int) -> str:
    """Clearly nobody's: a subscriber's number in China never begins with 0."""
    return f"{area.dialling_code}-0555-{100 + number:04d}"


def _add_site(customer: Customer, random: Random) -> None:
    words = names.ENGLISH_SITES if customer.is_english else names.CHINESE_SITES
    for name in random.sample(words, random.choice((1, 1, 2))):
        bearing = random.uniform(*customer.area.bearings)
        customer.places.append(
            Place(
                site_id=id_at(customer.created_at, random),
                name=name,
                point=customer.point.moved(random.uniform(700, 2_500), bearing),
                address=_address(customer.area, customer.is_english, random),
            )
        )


def _add_contacts(customer: Customer, number: int, random: Random) -> None:
    at = customer.created_at
    for index in range(random.randint(1, 3)):
        at += timedelta(seconds=random.randint(40, 160))
        contact_id = id_at(at, random)
        if customer.is_english:
            name = names.ENGLISH_CONTACTS[(number + 5 * index) % len(names.ENGLISH_CONTACTS)]
            title = random.choice(names.ENGLISH_POSITIONS)
        else:
            name = random.choice(names.SURNAMES) + random.choice(names.GIVEN_NAMES)
            title = random.choice(names.CHINESE_POSITIONS)
        args = {
            "id": str(contact_id),
            "account_id": str(customer.id),
            "name": name,
            "phone": f"100-0555-{number * 3 + index:04d}",
            "email": f"contact{number + 1:03d}.{index + 1}@example.com",
            "position_title": title,
        }
        customer.contacts.append(Contact(contact_id, at, args))

"""One customer whose tickets a test has worked on, step by step, over the wire."""

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from cairn.kernel.ids import new_id
from support.house import MONDAY, House, position
from support.wire import Wire, stamp

Json = dict[str, Any]


def fresh(**fields: Any) -> Json:
    return {"id": str(new_id()), **fields}


def seen_by_customer(ticket_id: str) -> Json:
    """What a technician's phone shows before the signature."""
    times = [{"user_id": str(new_id()), "name": "Ding Yue", "minutes": 60}]
    report = "bearing replaced"
    return {"ticket_id": ticket_id, "title": "T", "customer": "C", "report": report, "photos": [], "times": times}


def signature(ticket_id: str, name: str = "Wang Haiyan") -> Json:
    """What a hand-over says when the customer signs."""
    shown = seen_by_customer(ticket_id)
    canonical = json.dumps(shown, sort_keys=True, separators=(",", ":")).encode()
    return {
        "shown": shown,
        "signed_hash": hashlib.sha256(canonical).hexdigest(),
        "signed_by": name,
        "signature_id": str(new_id()),
        "strokes": [[[10, 20], [30, 25]], [[40, 20]]],
    }


class Desk:
    """One customer, whoever serves it, and a clock that says when each step happens."""

    def __init__(self, house: House, rep: Wire, service: Wire, tech: Wire) -> None:
        self.house, self.rep, self.service, self.tech = house, rep, service, tech
        self.account_id = str(new_id())

    async def open(self) -> None:
        place = {"id": self.account_id, "name": "Lake Cooling", "position": position()}
        await self.rep.give("accounts.create", place)

    async def ticket(self, **fields: Any) -> str:
        args = fresh(account_id=self.account_id, type="repair", title="Compressor is loud") | fields
        assert (await self.rep.give("tickets.create", args))["status"] == "applied"
        return str(args["id"])

    async def given(self, name: str = "tech", **fields: Any) -> str:
        ticket_id = await self.ticket(**fields)
        assert (await self.assign(ticket_id, name))["status"] == "applied"
        return ticket_id

    async def assign(self, ticket_id: str, name: str, *helpers: str) -> Json:
        users = self.house.users
        args = {"id": ticket_id, "to_user_id": str(users[name]), "helper_ids": [str(users[each]) for each in helpers]}
        return await self.service.give("tickets.assign", args)

    async def step(self, ticket_id: str, event: str, minutes: float = 0, by: Wire | None = None, **fields: Any) -> Json:
        """A step that happens so many minutes after ten, and is sent at once."""
        wire, at = by or self.tech, stamp(MONDAY + timedelta(minutes=minutes))
        wire.now = stamp(self.house.clock.now())
        mutation = wire.mutation(wire.last_seq + 1, f"tickets.{event}", {"id": ticket_id, **fields}, at=at)
        answer = (await wire.push([mutation])).json()
        wire.last_seq = answer["last_seq"]
        receipt: Json = answer["receipts"][0]
        return receipt

    async def seen(self, ticket_id: str, wire: Wire | None = None) -> Json:
        wire = wire or self.service
        await wire.pull()
        return wire.documents("ticket")[ticket_id]


@asynccontextmanager
async def desk_of(house: House) -> AsyncIterator[Desk]:
    house.clock.advance(6 * 3600)
    async with house.wire("rep1") as rep, house.wire("service") as service, house.wire("tech") as tech:
        desk = Desk(house, rep, service, tech)
        await desk.open()
        yield desk

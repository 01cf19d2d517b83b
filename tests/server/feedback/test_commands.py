"""A customer's rating stands as it was given: a second one, or one from elsewhere, is kept beside it and flagged."""

from support.desk import Desk, Json, desk_of, fresh, seen_by_customer, signature
from support.house import House
from support.wire import Wire, stamp


async def handed_over(desk: Desk) -> str:
    ticket_id = await desk.given()
    desk.house.clock.advance(8 * 3600)
    await desk.step(ticket_id, "sign_in", 400)
    await desk.step(ticket_id, "sign_out", 460, report="bearing replaced")
    await desk.step(ticket_id, "hand_over", 470, **signature(ticket_id))
    return ticket_id


async def rate(desk: Desk, ticket_id: str, by: Wire | None = None, **said: object) -> tuple[str, Json]:
    """Give a rating now; returns its id and the receipt."""
    wire = by or desk.tech
    wire.now = stamp(desk.house.clock.now())
    args = fresh(ticket_id=ticket_id, **({"satisfaction": 5, "solved": True} | said))
    return str(args["id"]), await wire.give("feedback.rate", args)


async def ratings(wire: Wire) -> Json:
    await wire.pull()
    return wire.documents("rating")


async def test_a_rating_reaches_those_who_dispatch_and_the_technician(house: House) -> None:
    async with desk_of(house) as desk, house.wire("other") as stranger:
        ticket_id = await handed_over(desk)
        rating_id, receipt = await rate(desk, ticket_id, satisfaction=2, solved=False, comment="still loud")
        assert (receipt["status"], receipt["flags"]) == ("applied", [])
        for wire in (desk.service, desk.tech):
            rating = (await ratings(wire))[rating_id]
            assert (rating["satisfaction"], rating["solved"], rating["comment"]) == (2, False, "still loud")
            assert (rating["ticket_id"], rating["user_id"]) == (ticket_id, str(house.users["tech"]))
        assert not await ratings(stranger)
        assert not await ratings(desk.rep)
        # What the customer says when called back stands beside it: neither overwrites the other.
        await desk.step(ticket_id, "call_back", 500, desk.service, solved=True, satisfaction=4)
        ticket = await desk.seen(ticket_id)
        assert (ticket["confirmed_solved"], ticket["satisfaction"]) == (True, 4)
        assert (await ratings(desk.service))[rating_id]["solved"] is False


async def test_a_second_rating_never_overwrites_the_first(house: House) -> None:
    async with desk_of(house) as desk, house.wire("tech") as other_phone:
        ticket_id = await handed_over(desk)
        first, _ = await rate(desk, ticket_id, satisfaction=1, solved=False)
        second, again = await rate(desk, ticket_id)
        assert again["flags"] == ["rating_repeated"]
        third, elsewhere = await rate(desk, ticket_id, other_phone)
        assert elsewhere["flags"] == ["rating_repeated"]
        same = {"id": first, "ticket_id": ticket_id, "satisfaction": 5, "solved": True}
        forged = await desk.tech.give("feedback.rate", same)
        assert (forged["status"], forged["code"]) == ("rejected", "already_exists")
        kept = {rating_id: each["satisfaction"] for rating_id, each in (await ratings(desk.service)).items()}
        assert kept == {first: 1, second: 5, third: 5}
        told_again = await desk.tech.give("feedback.rate", same | {"satisfaction": 1, "solved": False})
        assert (told_again["status"], told_again["flags"]) == ("applied", [])
        assert len(await ratings(desk.service)) == 3


async def test_every_hand_over_has_its_own_rating(house: House) -> None:
    async with desk_of(house) as desk:
        ticket_id = await handed_over(desk)
        await rate(desk, ticket_id, satisfaction=1)
        desk.house.clock.advance(3600)
        refused = {"shown": seen_by_customer(ticket_id), "refused": True}
        await desk.step(ticket_id, "sign_in", 845)
        await desk.step(ticket_id, "hand_over", 850, **refused)
        desk.house.clock.advance(3600)
        _, receipt = await rate(desk, ticket_id)
        assert receipt["flags"] == []


async def test_a_rating_by_somebody_who_was_not_there_is_flagged(house: House) -> None:
    async with desk_of(house) as desk:
        ticket_id = await handed_over(desk)
        _, receipt = await rate(desk, ticket_id, desk.service)
        assert (receipt["status"], receipt["flags"]) == ("applied", ["rated_from_elsewhere", "not_handed_over"])
        _, refused = await rate(desk, ticket_id, desk.rep)
        assert (refused["status"], refused["code"]) == ("rejected", "not_permitted")
        unknown, kept = await rate(desk, str(house.users["tech"]))
        assert kept["flags"] == ["ticket_unknown"]
        assert unknown in await ratings(desk.tech)

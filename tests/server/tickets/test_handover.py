"""Photos and the hand-over: taken whatever the state, flagged where they are odd, and never lost."""

import pytest

from cairn.kernel.ids import new_id
from cairn.modules.tickets import jobs
from support.desk import Desk, Json, desk_of, seen_by_customer, signature
from support.house import House


async def served(desk: Desk) -> str:
    """A ticket on which somebody has worked for an hour."""
    ticket_id = await desk.given()
    desk.house.clock.advance(6 * 3600)
    await desk.step(ticket_id, "sign_in", 400)
    await desk.step(ticket_id, "sign_out", 460, report="bearing replaced", solved=True)
    return ticket_id


def flags(receipt: Json) -> list[str]:
    assert receipt["status"] == "applied", receipt
    return list(receipt["flags"])


async def test_photos_hang_on_a_ticket_with_their_moment(house: House) -> None:
    async with desk_of(house) as desk:
        ticket_id = await desk.given()
        before, after = str(new_id()), str(new_id())
        assert flags(await desk.step(ticket_id, "add_photo", 350, photo_id=before, moment="before")) == []
        said = {"photo_id": after, "moment": "after", "caption": "new bearing"}
        assert flags(await desk.step(ticket_id, "add_photo", 351, **said)) == []
        ticket = await desk.seen(ticket_id)
        assert [(each["photo_id"], each["moment"], each["caption"]) for each in ticket["photos"]] == [
            (before, "before", None),
            (after, "after", "new bearing"),
        ]
        assert {each["by"] for each in ticket["photos"]} == {str(house.users["tech"])}
        assert desk.service.documents("file")[after]["about"] == {"kind": "ticket", "id": ticket_id}
        # The same news under another number, and the photo of another ticket.
        await desk.step(ticket_id, "add_photo", 351, **said)
        assert len((await desk.seen(ticket_id))["photos"]) == 2
        other = await desk.given(title="Another")
        assert flags(await desk.step(other, "add_photo", 352, **said)) == ["photo_of_another_record"]
        assert (await desk.seen(other))["photos"] == []


async def test_a_photo_that_no_ticket_can_hold_is_kept_with_a_note(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk_of(house) as desk:
        ticket_id = await desk.given()
        monkeypatch.setattr(jobs, "MOST_PHOTOS", 0)
        for of, flag in ((ticket_id, "ticket_photos_full"), (str(new_id()), "ticket_unknown")):
            photo_id = str(new_id())
            said = {"photo_id": photo_id, "moment": "other", "caption": flag}
            assert flags(await desk.step(of, "add_photo", 350, **said)) == [flag]
            await desk.tech.pull()
            note = next(each for each in desk.tech.documents("note").values() if each["text"] == flag)
            assert desk.tech.documents("file")[photo_id]["about"] == {"kind": "note", "id": note["id"]}


async def test_a_colleague_who_takes_over_sees_the_photos(house: House) -> None:
    async with desk_of(house) as desk, house.wire("boss") as boss:
        ticket_id = await desk.given()
        photo_id = str(new_id())
        await desk.step(ticket_id, "add_photo", 350, photo_id=photo_id, moment="before")
        await desk.assign(ticket_id, "service")
        await desk.step(ticket_id, "cancel", 351, desk.service)
        for wire, sees in ((desk.service, True), (boss, True), (desk.tech, False)):
            await wire.pull()
            assert (photo_id in wire.documents("file")) is sees


async def test_a_customer_signs_for_what_was_shown(house: House) -> None:
    async with desk_of(house) as desk:
        ticket_id = await served(desk)
        signed = signature(ticket_id)
        assert flags(await desk.step(ticket_id, "hand_over", 470, **signed)) == []
        ticket = await desk.seen(ticket_id)
        handover = ticket["handover"]
        assert {name: handover[name] for name in signed} == signed
        assert (handover["by"], handover["refused"]) == (str(house.users["tech"]), False)
        assert (ticket["status"], ticket["trace"][-1]["event"], ticket["trace"][-1]["text"]) == (
            *("done", "hand_over", "Wang Haiyan"),
        )
        assert desk.service.documents("file")[signed["signature_id"]]["about"] == {"kind": "ticket", "id": ticket_id}
        await desk.step(ticket_id, "hand_over", 470, **signed)
        again = await desk.seen(ticket_id)
        assert (again["handover"], len(again["trace"])) == (handover, len(ticket["trace"]))


async def test_a_second_signature_is_flagged_unless_somebody_worked_again(house: House) -> None:
    async with desk_of(house) as desk:
        ticket_id = await served(desk)
        away = {"shown": seen_by_customer(ticket_id), "refused": True, "reason": "nobody there"}
        assert flags(await desk.step(ticket_id, "hand_over", 465, **away)) == []
        assert (await desk.seen(ticket_id))["handover"]["reason"] == "nobody there"
        first, second, third = (signature(ticket_id, name) for name in ("A", "B", "C"))
        assert flags(await desk.step(ticket_id, "hand_over", 470, **first)) == []
        assert flags(await desk.step(ticket_id, "hand_over", 480, **second)) == ["handed_over_again"]
        await desk.step(ticket_id, "sign_in", 490)
        assert flags(await desk.step(ticket_id, "hand_over", 500, **third)) == []
        # What was signed before and comes late is in the trace, and moves nothing.
        await desk.step(ticket_id, "hand_over", 466, **signature(ticket_id, "D"))
        ticket = await desk.seen(ticket_id)
        assert ticket["handover"]["signed_by"] == "C"
        told = [each["text"] for each in ticket["trace"] if each["event"].startswith("hand_over")]
        assert told == ["nobody there", "A", "B", "C", "D"]


async def test_what_is_odd_about_a_hand_over_is_flagged(house: House) -> None:
    async with desk_of(house) as desk, house.wire("service") as elsewhere:
        ticket_id = await desk.given()
        desk.house.clock.advance(6 * 3600)
        early = await desk.step(ticket_id, "hand_over", 361, **signature(ticket_id))
        assert flags(early) == ["out_of_order"]
        await desk.step(ticket_id, "sign_in", 400)
        forged = {**signature(ticket_id), "signed_hash": "0" * 64}
        assert flags(await desk.step(ticket_id, "hand_over", 410, **forged)) == ["signed_hash_differs"]
        of_another = signature(str(new_id()))
        stranger = await desk.step(ticket_id, "hand_over", 420, elsewhere, **of_another)
        assert flags(stranger) == ["signed_hash_differs", "handed_over_again", "not_assigned"]
        unknown = str(new_id())
        signed = signature(unknown)
        assert flags(await desk.step(unknown, "hand_over", 430, **signed)) == ["ticket_unknown"]
        await desk.tech.pull()
        assert desk.tech.documents("file")[signed["signature_id"]]["about"]["kind"] == "note"

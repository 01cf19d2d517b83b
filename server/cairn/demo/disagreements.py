"""What two people did to the same record while one of them was offline: each kind of conflict once.

| who was offline | what was edited on both sides | comes to |
| --- | --- | --- |
| rep1 | a customer's phone: one value, nobody can merge it | conflict, open |
| rep2 | address and position: a group that stands or falls together | conflict, open |
| rep3 | the same line of the notes: a text merges by lines, but not here | conflict, open |
| rep4 | a customer's name | conflict, settled the next morning in favour of the value that stood |
| rep5 | a contact's e-mail, corrected here and removed there | conflict, open |
| rep6 | the position of a further site | conflict, open |
| rep1, rep2 | tags; different lines of the notes | merged, nobody is asked |
| rep6 | a customer that was given to rep5 meanwhile | the edit is refused; what she noted is kept and flagged |
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from cairn.demo.calendar import local, working_days_before
from cairn.demo.customers import Customer, site_position
from cairn.demo.oddities import DISPUTED
from cairn.demo.people import LEAD_OF
from cairn.demo.story import ConflictOf, Story
from cairn.demo.visits import Day

Values = dict[str, Any]
SETTLED_OF = "rep4"
SUCCESSOR = "rep5"


def add_disagreements(story: Story, customers: Sequence[Customer], days: Sequence[Day]) -> None:
    """Both sides' edits; the rep's is recorded first and arrives last."""
    for who, place in DISPUTED.items():
        day = [each for each in days if each.who == who][place]
        _EDITS[who](story, day, customers)
    lost = next(customer for customer in customers if customer.leaves)
    _lose_customer(story, lost, [each for each in days if each.who == lost.owner][DISPUTED[lost.owner]])


def _both_edit(story: Story, day: Day, name: str, record_id: str, base: Values, mine: Values, theirs: Values) -> None:
    """The rep's edit is recorded at the first stop without a network, the lead's comes in between."""
    began = day.visits[-2].arrival
    expected = "merged" if _collides(base, mine, theirs) else "applied"
    story.add(
        day.who,
        began + timedelta(minutes=9, seconds=3 * len(story.acts) % 60),
        name,
        {"id": record_id, "set": mine, "base": {field: base[field] for field in mine}},
        label=f"disputed {day.who}" if expected == "merged" else "",
        expected=expected,
    )
    story.add(
        LEAD_OF[day.who],
        began + timedelta(minutes=21, seconds=7 * len(story.acts) % 60),
        name,
        {"id": record_id, "set": theirs, "base": {field: base[field] for field in theirs}},
    )


def _collides(base: Values, mine: Values, theirs: Values) -> bool:
    """Tags and different lines merge; everything else here is the same field on both sides."""
    if "notes" in mine:
        before, here, there = (str(each["notes"]).split("\n")[0] for each in (base, mine, theirs))
        return before != here and before != there
    return "tags" not in mine


def _phone(story: Story, day: Day, _customers: Sequence[Customer]) -> None:
    customer = _visited(day)
    phone = customer.args["phone"]
    mine, theirs = {"phone": phone[:-4] + "0811"}, {"phone": phone[:-4] + "0922"}
    _both_edit(story, day, "accounts.edit", str(customer.id), customer.args, mine, theirs)
    tags = customer.args["tags"]
    mine, theirs = {"tags": [*tags, "夏季高峰"]}, {"tags": [*tags, "节能改造"]}
    _both_edit(story, day, "accounts.edit", str(customer.id), customer.args, mine, theirs)


def _address(story: Story, day: Day, _customers: Sequence[Customer]) -> None:
    customer = _visited(day)
    before = customer.args["position"]

    def moved(address: str, metres: float, bearing: float) -> Values:
        point = customer.point.moved(metres, bearing)
        return {"address": address, "position": {**before, "lat": point.lat, "lon": point.lon}}

    address, gates = (
        customer.args["address"],
        _either(customer, ("（东门）", "（南门）"), (" (east gate)", " (south gate)")),
    )
    mine, theirs = moved(address + gates[0], 140, 90), moved(address + gates[1], 160, 180)
    _both_edit(story, day, "accounts.edit", str(customer.id), customer.args, mine, theirs)
    first, middle, last = customer.args["notes"].split("\n")
    mine, theirs = {"notes": f"{first} 2F!\n{middle}\n{last}"}, {"notes": f"{first}\n{middle}\n{last} OK"}
    _both_edit(story, day, "accounts.edit", str(customer.id), customer.args, mine, theirs)


def _notes(story: Story, day: Day, _customers: Sequence[Customer]) -> None:
    customer = _visited(day)
    notes = customer.args["notes"]
    rest = notes.partition("\n")[2]
    here, there = _either(
        customer,
        ("改从1号门进，先打电话给设备主任。", "门卫换班，9点前不放行。"),
        ("Use gate 1 now; call the facilities manager first.", "New guards: nobody gets in before 9:00."),
    )
    mine, theirs = {"notes": f"{here}\n{rest}"}, {"notes": f"{there}\n{rest}"}
    _both_edit(story, day, "accounts.edit", str(customer.id), customer.args, mine, theirs)


def _name(story: Story, day: Day, _customers: Sequence[Customer]) -> None:
    customer = _visited(day)
    name = customer.args["name"]
    here, there = _either(customer, ("（分公司）", "（总部）"), (" Branch", " Group"))
    mine, theirs = {"name": name + here}, {"name": name + there}
    _both_edit(story, day, "accounts.edit", str(customer.id), customer.args, mine, theirs)
    settled_at = local(working_days_before(story.today, 1)[0], 9, 2)
    args = {"id": ConflictOf(f"disputed {SETTLED_OF}"), "take": "theirs"}
    story.add(LEAD_OF[day.who], settled_at, "conflicts.resolve", args)


def _contact(story: Story, day: Day, _customers: Sequence[Customer]) -> None:
    contact = _visited(day).contacts[0]
    email = contact.args["email"]
    mine: Values = {"email": email.replace("contact", "office")}
    _both_edit(story, day, "contacts.edit", str(contact.id), contact.args, mine, {"email": None})


def _site(story: Story, day: Day, customers: Sequence[Customer]) -> None:
    customer = next(each for each in customers if each.owner == day.who and len(each.places) > 1 and not each.leaves)
    place = customer.places[1]

    def moved(metres: float, bearing: float) -> Values:
        point = place.point.moved(metres, bearing)
        return {"position": {**customer.args["position"], "lat": point.lat, "lon": point.lon}}

    base = {"position": site_position(customer, place)}
    _both_edit(story, day, "sites.edit", str(place.site_id), base, moved(95, 60), moved(120, 200))


_EDITS = {"rep1": _phone, "rep2": _address, "rep3": _notes, "rep4": _name, "rep5": _contact, "rep6": _site}


def _visited(day: Day) -> Customer:
    """Whom the rep called on first after the network was gone."""
    return day.visits[-2].customer


def _either(customer: Customer, chinese: tuple[str, str], english: tuple[str, str]) -> tuple[str, str]:
    return english if customer.is_english else chinese


def _lose_customer(story: Story, lost: Customer, day: Day) -> None:
    began: datetime = day.visits[-2].arrival
    about = {"kind": "account", "id": str(lost.id)}
    args: Values = {"id": str(lost.id), "set": {"phone": "0574-0555-0777"}, "base": {"phone": lost.args["phone"]}}
    story.add(day.who, began + timedelta(minutes=13), "accounts.edit", args, expected="rejected")
    text, _ = _either(
        lost,
        ("门卫转告：设备主任下周休假，设备改造暂缓。", ""),
        ("The guard says: the facilities manager is away next week, the refit has to wait.", ""),
    )
    note = {"id": str(story.new_id(began)), "about": about, "text": text}
    story.add(day.who, began + timedelta(minutes=14), "notes.add", note)
    at = began + timedelta(minutes=31)
    story.add(
        LEAD_OF[day.who], at, "accounts.transfer", {"id": str(lost.id), "to_user_id": str(story.user_ids[SUCCESSOR])}
    )

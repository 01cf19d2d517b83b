"""One bad mutation among good ones is refused alone, with its place; the others apply (sync protocol, push)."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from cairn.kernel.ids import new_id
from cairn.kernel.log import CommandLog
from support.house import House, position
from support.wire import Wire

Json = dict[str, Any]
NUL = "\u0000"


def account(**changes: Any) -> Json:
    return {"id": str(new_id()), "name": "A"} | changes


def create(seq: int, at: str, args: str) -> str:
    return f'{{"seq":{seq},"name":"accounts.create","v":1,"at":"{at}","args":{args}}}'


async def push_between(wire: Wire, bad: list[str]) -> list[Json]:
    """Send texts of mutations, each between two good ones; the receipts of the bad ones."""
    texts = []
    for index, each in enumerate(bad):
        texts.append(create(2 * index + 1, wire.now, json.dumps(account())))
        texts.append(each.replace("%SEQ", str(2 * index + 2)))
    texts.append(create(2 * len(bad) + 1, wire.now, json.dumps(account())))
    body = json.dumps(wire.envelope([]))[:-2] + ",".join(texts) + "]}"
    answer = await wire.push_text(body.encode("utf-8", "surrogatepass"))
    assert answer.status_code == 200, answer.text
    receipts = answer.json()["receipts"]
    assert [each["status"] for each in receipts[::2]] == ["applied"] * (len(bad) + 1)
    await wire.pull()
    assert len(wire.documents("account")) == len(bad) + 1
    assert (await wire.push_text(body.encode("utf-8", "surrogatepass"))).json()["receipts"] == receipts
    return receipts[1::2]


ARGS: list[tuple[Any, str]] = [
    ({"name": "A"}, "$.args"),
    (account(name=None), "$.args.name"),
    (account(name=1), "$.args.name"),
    (account(name=""), "$.args.name"),
    (account(name=" \t "), "$.args.name"),
    (account(name="x" * 201), "$.args.name"),
    (account(name="x" * 1_000_000), "$.args.name"),
    (account(id="not-a-uuid"), "$.args.id"),
    (account(id=7), "$.args.id"),
    (account(shoe_size=42), "$.args"),
    (account(phone="1" * 51), "$.args.phone"),
    (account(notes="n" * 10_001), "$.args.notes"),
    (account(tags=["t"] * 51), "$.args.tags"),
    (account(tags=["t" * 41]), "$.args.tags[0]"),
    (account(tags=[1]), "$.args.tags[0]"),
    (account(tags="t"), "$.args.tags"),
    (account(name="a\u0000b"), "$.args.name"),
    (account(notes="\u0000"), "$.args.notes"),
    (account(tags=["fine", "\u0000"]), "$.args.tags[1]"),
    ({"id": str(new_id()), "name": "A", "no\u0000te": 1}, "$.args"),
    (account(name=2**80), "$.args.name"),
    (account(position=position(91)), "$.args.position.lat"),
    (account(position=position(0, 180.5)), "$.args.position.lon"),
    (account(position=position(-90.1)), "$.args.position.lat"),
    (account(position=position() | {"accuracy_m": -1}), "$.args.position.accuracy_m"),
    (account(position=position() | {"lat": "31"}), "$.args.position.lat"),
    (account(position=position() | {"lat": 1e300}), "$.args.position.lat"),
    (account(position=position() | {"fixed_at": "2026-11-23T02:00:00"}), "$.args.position.fixed_at"),
    (account(position=position() | {"fixed_at": "yesterday"}), "$.args.position.fixed_at"),
    (account(position=position() | {"fixed_at": "0000-01-01T00:00:00Z"}), "$.args.position.fixed_at"),
    (account(position={"lat": 1, "lon": 1}), "$.args.position"),
    ([], "$.args"),
    ("text", "$.args"),
    (None, "$.args"),
    (1, "$.args"),
]


async def test_args_of_the_wrong_shape_are_refused_with_their_place(house: House) -> None:
    async with house.wire("rep1") as wire:
        bad = [create(0, wire.now, json.dumps(args)).replace('"seq":0', '"seq":%SEQ') for args, _ in ARGS]
        receipts = await push_between(wire, bad)
        found = [(each["status"], each["code"], each["params"]["path"]) for each in receipts]
        assert found == [("rejected", "malformed", path) for _, path in ARGS]
        refusals = wire.documents("refusal")
        assert {each["code"] for each in refusals.values()} == {"malformed"}
        assert len(refusals) == len(ARGS)


RAW: list[tuple[str, str]] = [
    ('{"seq":%SEQ}', "$"),
    ('{"seq":%SEQ,"name":"accounts.create","v":1,"at":"%NOW"}', "$"),
    ('{"seq":%SEQ,"name":"accounts.create","v":1,"args":{}}', "$"),
    ('{"seq":%SEQ,"name":5,"v":1,"at":"%NOW","args":{}}', "$.name"),
    ('{"seq":%SEQ,"name":"accounts.create","v":"1","at":"%NOW","args":{}}', "$.v"),
    ('{"seq":%SEQ,"name":"accounts.create","v":0,"at":"%NOW","args":{}}', "$.v"),
    ('{"seq":%SEQ,"name":"accounts.create","v":1,"at":"never","args":{}}', "$.at"),
    ('{"seq":%SEQ,"name":"accounts.create","v":1,"at":"2026-11-23T02:00:00","args":{}}', "$.at"),
    ('{"seq":%SEQ,"name":"no\\u0000thing","v":1,"at":"%NOW","args":{}}', "$.name"),
    ('{"seq":%SEQ,"name":"' + "n" * 101 + '","v":1,"at":"%NOW","args":{}}', "$.name"),
]
UNREADABLE = [
    '{"id":"%ID","name":"\\ud800"}',
    '{"id":"%ID","name":"\\udc00\\ud800"}',
    '{"id":"%ID","name":"\ud800"}',
    '{"id":"%ID","name":NaN}',
    '{"id":"%ID","name":"A","position":{"lat":NaN,"lon":1,"accuracy_m":1,"fixed_at":"%NOW"}}',
    '{"id":"%ID","name":"A","position":{"lat":-Infinity,"lon":1,"accuracy_m":1,"fixed_at":"%NOW"}}',
    '{"id":"%ID","name":"A","position":{"lat":1e999,"lon":1,"accuracy_m":1,"fixed_at":"%NOW"}}',
    '{"id":"%ID","name":' + "[" * 5_000 + "]" * 5_000 + "}",
    '{"id":"%ID","name":' + '{"a":' * 5_000 + "1" + "}" * 5_000 + "}",
    '{"id":"%ID","name":' + "9" * 6_000 + "}",
    "[" * 5_000 + "]" * 5_000,
]


async def test_mutations_that_cannot_be_read_are_refused_alone(house: House) -> None:
    async with house.wire("rep1") as wire:
        bad = [text.replace("%NOW", wire.now) for text, _ in RAW]
        bad += [
            create(0, wire.now, args.replace("%ID", str(new_id())).replace("%NOW", wire.now))
            .replace('"seq":0', '"seq":%SEQ')
            for args in UNREADABLE
        ]  # fmt: skip
        receipts = await push_between(wire, bad)
        assert {(each["status"], each["code"]) for each in receipts} == {("rejected", "malformed")}
        assert [each["params"]["path"] for each in receipts[: len(RAW)]] == [path for _, path in RAW]
        assert all(each["params"]["path"].startswith("$") for each in receipts)


@pytest.mark.parametrize(
    "args",
    [
        {"id": str(new_id()), "about": {"kind": "account", "id": str(new_id())}, "text": NUL},
        {"id": str(new_id()), "about": {"kind": NUL, "id": str(new_id())}, "text": "x"},
    ],
)
async def test_a_fact_with_a_nul_is_refused_like_any_other(house: House, args: Json) -> None:
    async with house.wire("rep1") as wire:
        receipt = await wire.give("notes.add", args)
        assert (receipt["status"], receipt["code"]) == ("rejected", "malformed")


async def test_a_literal_backslash_before_u0000_is_no_nul(house: House) -> None:
    async with house.wire("rep1") as wire:
        args = account(name="a\\u0000b", notes="\\\\u0000")
        assert (await wire.give("accounts.create", args))["status"] == "applied"
        await wire.pull()
        (document,) = wire.documents("account").values()
        assert (document["name"], document["notes"]) == (args["name"], args["notes"])


async def test_a_refused_payload_is_kept_for_its_author(house: House) -> None:
    async with house.wire("rep1") as wire:
        args = account(name=f"a{NUL}b", notes="kept", position={"lat": 1e300, "big": 2**90})
        await wire.give("accounts.create", args)
        long = account(name="x" * 100_000)
        await wire.give("accounts.create", long)
        await wire.pull()
        by_seq = {each["seq"]: each for each in wire.documents("refusal").values()}
        assert by_seq[1]["args"] == args
        assert by_seq[1]["args"]["name"] == f"a{NUL}b"
        assert by_seq[2]["args"] is None, "too long for a document; the phone and the log have it"
        assert (by_seq[1]["name"], by_seq[1]["v"], by_seq[1]["state"]) == ("accounts.create", 1, "open")
        closed = await wire.give("refusals.close", {"id": by_seq[1]["id"], "outcome": "given_up"})
        assert closed["status"] == "applied"
        await wire.pull()
        assert wire.documents("refusal")[by_seq[1]["id"]]["state"] == "closed"


@pytest.mark.parametrize(("name", "version"), [("sorcery.perform", 1), ("accounts.create", 2)])
async def test_what_is_not_known_yet_is_parked_raw(house: House, name: str, version: int) -> None:
    async with house.wire("rep1") as wire:
        args = {"wand": "11 inches", "nul": NUL}
        first, second = wire.mutation(1, name, args, v=version), wire.mutation(2, "accounts.create", account())
        receipts = (await wire.push([first, second])).json()["receipts"]
        assert receipts[0] == {
            "seq": 1,
            "status": "parked",
            "code": "unknown_mutation",
            "params": {"name": name, "v": version},
        }
        assert receipts[1]["status"] == "applied"
        async with house.services.database.reading() as connection:
            statement = select(CommandLog.args, CommandLog.name, CommandLog.version).where(CommandLog.seq == 1)
            row = (await connection.execute(statement)).one()
        assert (json.loads(row.args), row.name, row.version) == (args, name, version)

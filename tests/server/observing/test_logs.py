"""Log lines: JSON that a program reads, and never a person's address, name, phone, position or token."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient
from sqlalchemy.exc import IntegrityError

from cairn.api.app_files import Build
from cairn.api.application import create_application
from cairn.kernel.errors import NotFound
from cairn.kernel.ids import new_id
from cairn.kernel.settings import BadSettings, Settings, load_settings
from cairn.modules.accounts import commands
from cairn.observing.logs import JsonLines, Lines, errors_of
from support.house import PASSWORD, House, enter_house, position, token_of

SECRETS = {
    "a name": "Zhang Jianguo",
    "a name in Chinese": "张建国",
    "an address": "zhang.jianguo@example.com",
    "a phone": "0512-5557788",
    "a latitude": "31.298877",
    "a longitude": "120.583344",
    "a password": PASSWORD,
    "a token": token_of("rep1"),
    "what somebody searched": "searched-for",
}


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Everything that any logger says, from the lowest level on, as it would be written."""
    text = io.StringIO()
    root = logging.getLogger()
    handlers = [logging.StreamHandler(text), logging.StreamHandler(text)]
    handlers[0].setFormatter(JsonLines())
    handlers[1].setFormatter(Lines())
    level = root.level
    root.setLevel(logging.DEBUG)
    for handler in handlers:
        root.addHandler(handler)
    yield text
    root.setLevel(level)
    for handler in handlers:
        root.removeHandler(handler)


def leaks(text: str) -> list[str]:
    return [what for what, secret in SECRETS.items() if secret in text or json.dumps(secret)[1:-1] in text]


def account(**changes: Any) -> dict[str, Any]:
    place = position(float(SECRETS["a latitude"]), float(SECRETS["a longitude"]))
    about = {"name": SECRETS["a name"], "phone": SECRETS["a phone"], "position": place}
    return {"id": str(new_id()), "notes": SECRETS["a name in Chinese"]} | about | changes


async def a_bad_day(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that may go wrong, with personal data in it."""

    async def fail(command: Any, _ctx: Any) -> None:
        row = {"name": command.name, "phone": command.phone}
        raise IntegrityError(f"INSERT … {row}", row, ValueError(f"Key (email)=({SECRETS['an address']}) exists"))

    sign_in = {"email": SECRETS["an address"], "password": PASSWORD}
    async with house.wire("rep1") as wire:
        http = wire.http
        await wire.give("accounts.create", account())
        await wire.give("accounts.create", account(name=7))
        await wire.push_text(f'{{"device": "{SECRETS["a name"]}"')
        await http.post("/api/session", json=sign_in)
        await http.post("/api/password-reset", json={"email": SECRETS["an address"]})
        await http.post("/api/password-reset/confirm", json={"token": token_of("rep1"), "password": PASSWORD})
        await http.get("/api/v1/accounts", params={"name.contains": SECRETS["what somebody searched"]})
        await http.get(f"/reset/{token_of('rep1')}", params={"name": SECRETS["a name"]})
        with monkeypatch.context() as patched:
            spec = commands.CreateAccount
            from cairn.kernel.commands import registry

            patched.setattr(registry.by_shape[spec], "handler", fail)
            assert (await wire.give("accounts.create", account()))["status"] == "parked"
            await http.post("/api/v1/accounts", json={key: value for key, value in account().items() if key != "id"})
        with monkeypatch.context() as patched:
            patched.setattr(house.services.writer, "submit", _fail_whole)
            answer = await http.post("/api/v1/accounts", json=account())
            assert answer.status_code == 500


async def _fail_whole(submission: Any) -> None:
    raise RuntimeError(f"could not write {SECRETS['a name']} {SECRETS['an address']} {submission}")


async def test_no_line_names_anybody(
    furnished_url: str, tmp_path: Path, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with enter_house(furnished_url, tmp_path) as house:
        watched = create_application(Settings(log_level="info"))
        watched.state.services, watched.state.build, watched.state.metrics = house.services, Build(None), None
        house.application = watched
        await a_bad_day(house, monkeypatch)
    text = lines.getvalue()
    assert text.count("is parked") >= 2
    assert '"operation":"syncPush"' in text
    assert leaks(text) == []


async def test_every_line_is_json_with_its_time_level_and_event(lines: io.StringIO, tmp_path: Path) -> None:
    application = create_application(Settings(log_level="info", data=tmp_path))
    async with AsyncClient(transport=ASGITransport(application), base_url="http://house") as http:
        application.state.metrics = None
        assert (await http.get("/healthz")).status_code == 200
    written = [json.loads(line) for line in lines.getvalue().splitlines() if line.startswith("{")]
    request = next(line for line in written if line["event"] == "request")
    assert (request["operation"], request["status"], request["level"]) == ("isAlive", 200, "info")
    assert request["milliseconds"] >= 0
    assert all({"time", "level", "logger", "event"} <= line.keys() for line in written)


def test_an_exception_says_its_kind_and_place_and_only_safe_words() -> None:
    try:
        try:
            raise NotFound(kind="account", id="secret")
        except NotFound as error:
            raise ValueError(SECRETS["a name"]) from error
    except ValueError as error:
        found = list(errors_of(error))
    assert [(each["kind"], each.get("words")) for each in found] == [("ValueError", None), ("NotFound", "not_found")]
    assert all(place.split(":")[0].endswith("test_logs.py") for each in found for place in each["places"])


def test_others_lines_lose_what_was_filled_in(lines: io.StringIO) -> None:
    logging.getLogger("elsewhere").warning("could not reach %s", SECRETS["an address"])
    logging.getLogger("asyncio").error(f"Task exception was never retrieved: {SECRETS['a name']}")
    assert leaks(lines.getvalue()) == []
    assert "could not reach %s" in lines.getvalue()


@pytest.mark.parametrize("value", [{"LOG": "xml"}, {"LOG_LEVEL": "loud"}, {"METRICS_TOKEN": "short"}])
def test_a_setting_that_makes_no_sense_stops_the_start(value: dict[str, str]) -> None:
    with pytest.raises(BadSettings):
        load_settings({f"CAIRN_{name}": text for name, text in value.items()})

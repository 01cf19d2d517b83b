"""`cairn create-organization`: an organization and its first administrator, who adds everybody else."""

import asyncio
import getpass
import secrets
import sys
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from cairn import modules
from cairn.kernel.settings import Settings, load_settings
from cairn.migrations import upgrade
from cairn.modules.identity.commands import CreateOrganization, CreateUser
from cairn.modules.identity.founding import found_organization, give_password
from cairn.modules.identity.passwords import LONGEST_PASSWORD
from cairn.modules.identity.people import signs_in
from cairn.modules.identity.resets import SHORTEST_PASSWORD
from cairn.services import build_services

GENERATED_BYTES = 15
MOST_PROMPTS = 3


class OrganizationRefused(SystemExit):
    """Nothing was made; the message is the sentence for the operator."""


@dataclass(frozen=True)
class Options:
    """What the command line said."""

    name: str
    email: str
    person: str
    time_zone: str
    locale: str


def run_create(options: Options) -> None:
    """Make the organization; asks for the password on a terminal, and prints one once where there is none."""
    settings = load_settings()
    modules.load()
    _require_zone(options.time_zone)
    password = _asked_password() if sys.stdin.isatty() else None
    chosen = password or secrets.token_urlsafe(GENERATED_BYTES)
    asyncio.run(_create(options, settings, chosen))
    print(f"{options.name} is founded; {options.email.strip().lower()} administers it at {settings.public_url}.")
    if password is None:
        print(f"Password, shown this once: {chosen}")


def _require_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise OrganizationRefused(f"There is no time zone {name!r}.") from None


def _asked_password() -> str | None:
    """What was typed twice; None for an empty answer, which asks for a generated one."""
    for _ in range(MOST_PROMPTS):
        password = getpass.getpass("Password of the administrator (empty: make one up): ")
        if not password:
            return None
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            print(f"It needs {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.")
        elif getpass.getpass("Once more: ") != password:
            print("The two are not the same.")
        else:
            return password
    raise OrganizationRefused("No password was chosen.")


async def _create(options: Options, settings: Settings, password: str) -> None:
    settings.data.mkdir(parents=True, exist_ok=True)
    await upgrade(settings.resolved_database_url)
    services = build_services(settings)
    try:
        organization = {"id": services.new_id(), "name": options.name, "time_zone": options.time_zone}
        person = {
            "id": services.new_id(),
            "name": options.person,
            "email": options.email.strip(),
            "roles": ["administrator"],
        }
        try:
            founding = msgspec.convert(organization | {"locale": options.locale}, CreateOrganization)
            administrator = msgspec.convert(person, CreateUser)
        except msgspec.ValidationError as error:
            raise OrganizationRefused(f"That cannot be used: {error}.") from None
        if await signs_in(services.database, administrator.email):
            raise OrganizationRefused(f"Somebody signs in with {administrator.email} already.")
        founder = await found_organization(services.writer, services.dispatcher, services.new_id, founding)
        await services.dispatcher.run(founder, administrator, "cli")
        await give_password(services.writer, founding.id, administrator.id, password)
    finally:
        await services.close()

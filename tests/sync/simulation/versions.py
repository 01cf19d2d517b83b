"""Old and new apps, old and new servers: a planted second version of two mutations, since none has two of its own yet.

Newer apps send the newer version, in another shape. A server that does not know it parks it until it is renewed; from
then on it brings up what older apps send, for as long as they like.
"""

from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from msgspec import Struct

from cairn.api import sync
from cairn.kernel.commands import CommandSpec, Decision, Fact, Upgrader, refers_to, registry
from cairn.kernel.context import Context
from cairn.kernel.shapes import About
from cairn.modules import load
from cairn.modules.accounts.commands import AddNote, CreateContact
from cairn.modules.accounts.models import Account

Json = dict[str, Any]
OLD, NEW = 1, 2
"""Of an app, of a server, and of the documents that they speak of."""


class AddNoteV2(Fact, frozen=True):
    """Words instead of a text."""

    id: UUID
    about: About
    words: str


class Person(Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    phone: str | None


class CreateContactV2(Decision, frozen=True):
    """The person in one piece."""

    id: UUID
    account_id: Annotated[UUID, refers_to(Account)]
    person: Person


def say_words(args: Json) -> Json:
    return {("words" if name == "text" else name): value for name, value in args.items()}


def say_person(args: Json) -> Json:
    person = {"name": args["name"], "phone": args.get("phone")}
    return {"id": args["id"], "account_id": args["account_id"], "person": person}


def _renewed(name: str, shape: type[Any], upgrader: Upgrader, old_form: Any) -> CommandSpec:
    spec = registry.by_name[name]
    handler = spec.handler
    assert handler is not None

    async def handle(command: Any, ctx: Context) -> None:
        await handler(old_form(command), ctx)

    return replace(spec, version=NEW, shape=shape, handler=handle, upgraders={OLD: upgrader})


load()
_UPGRADERS: dict[str, Upgrader] = {"notes.add": say_words, "contacts.create": say_person}
_SPECS = {
    OLD: {name: registry.by_name[name] for name in _UPGRADERS},
    NEW: {
        "notes.add": _renewed(
            "notes.add", AddNoteV2, say_words, lambda note: AddNote(id=note.id, about=note.about, text=note.words)
        ),
        "contacts.create": _renewed(
            "contacts.create",
            CreateContactV2,
            say_person,
            lambda new: CreateContact(
                id=new.id, account_id=new.account_id, name=new.person.name, phone=new.person.phone
            ),
        ),
    },
}


def as_sent(app: int, name: str, args: Json) -> Json:
    """A mutation as an app of that version records it."""
    if app == OLD or name not in _UPGRADERS:
        return {"name": name, "args": args}
    return {"name": name, "args": _UPGRADERS[name](args), "v": NEW}


def fields_of(name: str, args: Json) -> Json:
    """What a mutation says of its record's fields, whatever its version."""
    return args | args.get("person", {}) if name == "contacts.create" else args


def renew_servers(version: int) -> None:
    """From now on, the servers are of this version."""
    registry.by_name.update(_SPECS[version])


def demanded() -> int:
    return sync.MINIMUM_SCHEMA_VERSION


def demand(schema: int) -> None:
    """From now on, the servers turn away who reads older documents than these."""
    sync.MINIMUM_SCHEMA_VERSION = schema

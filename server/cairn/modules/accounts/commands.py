"""Commands on customers, their contacts, sites and notes."""

from typing import Annotated
from uuid import UUID

from msgspec import UNSET, UnsetType

from cairn.kernel.commands import Command, Decision, Fact, command, handles, refers_to
from cairn.kernel.conflicts import Conflict, apply_edit, assign
from cairn.kernel.context import Context
from cairn.kernel.errors import DomainError
from cairn.kernel.shapes import About
from cairn.kernel.synced import Synced
from cairn.modules.accounts.models import Account, Contact, Note, Site, work_bucket
from cairn.modules.accounts.shapes import Address, Email, Name, Phone, Position, Tags, Text, Title, WrittenText
from cairn.modules.identity.models import User


class NotActive(DomainError):
    """The person is out of service and can take nothing over."""

    code = "user_not_active"


class EmptyName(DomainError):
    """A record needs a name that somebody can read."""

    code = "name_empty"
    http_status = 422


@command("accounts.create", permission="accounts.create", creates=Account)
class CreateAccount(Decision, frozen=True):
    """Add a customer of one's own."""

    id: UUID
    name: Name
    address: Address | None = None
    position: Position | None = None
    phone: Phone | None = None
    tags: Tags = []
    notes: Text | None = None


@handles(CreateAccount)
async def create_account(command: CreateAccount, ctx: Context) -> None:
    ctx.create(
        Account,
        command,
        tags=list(dict.fromkeys(command.tags)),
        owner_id=ctx.actor.user_id,
        created_at=ctx.at,
        created_by=ctx.actor.user_id,
    )


class AccountFields(Command, frozen=True):
    """What can be edited of a customer."""

    name: Name | UnsetType = UNSET
    address: Address | None | UnsetType = UNSET
    position: Position | None | UnsetType = UNSET
    phone: Phone | None | UnsetType = UNSET
    tags: Tags | UnsetType = UNSET
    notes: Text | None | UnsetType = UNSET


@command("accounts.edit", permission="accounts.edit")
class EditAccount(Decision, frozen=True):
    """Change a customer that one owns, or whose owner one leads."""

    id: Annotated[UUID, refers_to(Account)]
    set: AccountFields
    base: AccountFields


@handles(EditAccount)
async def edit_account(command: EditAccount, ctx: Context) -> None:
    account = await ctx.load(Account, command.id)
    ctx.require_line(account.owner_id, name=account.name)
    apply_edit(ctx, account, command.set, command.base)


@command("accounts.transfer", permission="accounts.transfer")
class TransferAccount(Decision, frozen=True):
    """Give a customer to a colleague (features.md 48)."""

    id: Annotated[UUID, refers_to(Account)]
    to_user_id: Annotated[UUID, refers_to(User)]


@handles(TransferAccount)
async def transfer_account(command: TransferAccount, ctx: Context) -> None:
    account = await ctx.load(Account, command.id)
    successor = await ctx.load(User, command.to_user_id)
    ctx.require_line(account.owner_id, name=account.name)
    if not successor.active:
        raise NotActive(user_id=str(successor.id))
    if account.owner_id == successor.id:
        return
    assign(ctx, account, {"owner_id": successor.id})
    for conflict in await ctx.related(Conflict.account_id, account):
        if conflict.state == "open":
            conflict.owner_id = successor.id


@command("contacts.create", permission="contacts.create", creates=Contact)
class CreateContact(Decision, frozen=True):
    """Add a person at a customer."""

    id: UUID
    account_id: Annotated[UUID, refers_to(Account)]
    name: Name
    phone: Phone | None = None
    email: Email | None = None
    position_title: Title | None = None


@handles(CreateContact)
async def create_contact(command: CreateContact, ctx: Context) -> None:
    account = await ctx.load(Account, command.account_id)
    ctx.require_line(account.owner_id, name=account.name)
    ctx.create(Contact, command, created_at=ctx.at, created_by=ctx.actor.user_id)


class ContactFields(Command, frozen=True):
    """What can be edited of a contact."""

    name: Name | UnsetType = UNSET
    phone: Phone | None | UnsetType = UNSET
    email: Email | None | UnsetType = UNSET
    position_title: Title | None | UnsetType = UNSET


@command("contacts.edit", permission="contacts.edit")
class EditContact(Decision, frozen=True):
    """Change a contact of a customer that one owns or leads."""

    id: Annotated[UUID, refers_to(Contact)]
    set: ContactFields
    base: ContactFields


@handles(EditContact)
async def edit_contact(command: EditContact, ctx: Context) -> None:
    contact = await ctx.load(Contact, command.id)
    account = await ctx.load(Account, contact.account_id)
    ctx.require_line(account.owner_id, name=account.name)
    apply_edit(ctx, contact, command.set, command.base)


@command("sites.create", permission="sites.create", creates=Site)
class CreateSite(Decision, frozen=True):
    """Add a further place of a customer."""

    id: UUID
    account_id: Annotated[UUID, refers_to(Account)]
    name: Name
    address: Address | None = None
    position: Position | None = None


@handles(CreateSite)
async def create_site(command: CreateSite, ctx: Context) -> None:
    account = await ctx.load(Account, command.account_id)
    ctx.require_line(account.owner_id, name=account.name)
    ctx.create(Site, command)


class SiteFields(Command, frozen=True):
    """What can be edited of a site."""

    name: Name | UnsetType = UNSET
    address: Address | None | UnsetType = UNSET
    position: Position | None | UnsetType = UNSET


@command("sites.edit", permission="sites.edit")
class EditSite(Decision, frozen=True):
    """Change a place of a customer that one owns or leads."""

    id: Annotated[UUID, refers_to(Site)]
    set: SiteFields
    base: SiteFields


@handles(EditSite)
async def edit_site(command: EditSite, ctx: Context) -> None:
    site = await ctx.load(Site, command.id)
    account = await ctx.load(Account, site.account_id)
    ctx.require_line(account.owner_id, name=account.name)
    apply_edit(ctx, site, command.set, command.base)


@command("notes.add", permission="notes.add", creates=Note)
class AddNote(Fact, frozen=True):
    """Write something down about a record; also what a person may say about a customer they have lost."""

    id: UUID
    about: About
    text: WrittenText


NOTABLE = ("account", "contact", "site", "visit", "visit_plan", "ticket")
UNKNOWN = {"account": "account_unknown", "visit": "visit_unknown", "ticket": "ticket_unknown"}


@handles(AddNote)
async def add_note(command: AddNote, ctx: Context) -> None:
    model = Synced.kinds.get(command.about.kind) if command.about.kind in NOTABLE else None
    record: Synced | None = await ctx.find(model, command.about.id) if model is not None else None
    if record is None:
        ctx.flag(UNKNOWN.get(command.about.kind, "record_unknown"))
    account_id = record.id if isinstance(record, Account) else getattr(record, "account_id", None)
    account = await ctx.find(Account, account_id) if account_id else None
    if account is not None and not ctx.actor.leads(account.owner_id):
        ctx.flag("not_owner")
    ctx.create(
        Note,
        command,
        account_id=account_id,
        author_id=ctx.actor.user_id,
        at=ctx.at,
        created_at=ctx.received_at,
        audience=sorted((record.buckets() if record is not None else set()) | {work_bucket(ctx.actor.user_id)}),
        flags=list(ctx.flags),
    )

"""Commands on organizations, people and teams."""

from collections.abc import Iterable
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import UNSET, Meta, UnsetType

from cairn.kernel.commands import Command, Decision, command, handles, refers_to
from cairn.kernel.conflicts import apply_edit
from cairn.kernel.context import Context
from cairn.kernel.errors import DomainError, MalformedInput, NotFound
from cairn.modules.identity.models import Credential, Organization, Team, User
from cairn.modules.identity.roles import INTERNAL, Role
from cairn.modules.identity.shapes import Basemap, WorkingHours

Name = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\S")]
DEEPEST_TREE = 100
Email = Annotated[str, Meta(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]


class EmailTaken(DomainError):
    """Another person signs in with this address."""

    code = "email_taken"


class TeamRing(DomainError):
    """The team would stand below itself, or the tree would be too deep."""

    code = "team_ring"


@command("organization.create", permission=INTERNAL, creates=Organization)
class CreateOrganization(Decision, frozen=True):
    """Found an organization; its head must exist."""

    id: UUID
    name: Name
    time_zone: str = "Asia/Shanghai"
    locale: str = "zh-CN"
    working_hours: WorkingHours = WorkingHours()
    basemap: Basemap = Basemap()


@handles(CreateOrganization)
async def create_organization(command: CreateOrganization, ctx: Context) -> None:
    _require_zone(command.time_zone)
    ctx.create(Organization, command)


def _require_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise MalformedInput(path="$.args.time_zone", reason="no such time zone") from None


@command("teams.create", permission="teams.create", creates=Team)
class CreateTeam(Decision, frozen=True):
    """Add a team to the tree."""

    id: UUID
    name: Name
    parent_id: Annotated[UUID, refers_to(Team)] | None = None
    lead_ids: Annotated[list[UUID], Meta(max_length=50)] = []


@handles(CreateTeam)
async def create_team(command: CreateTeam, ctx: Context) -> None:
    await _require_people(ctx, command.lead_ids)
    ctx.create(Team, command)


class TeamFields(Command, frozen=True):
    """What can be edited of a team."""

    name: Name | UnsetType = UNSET
    parent_id: UUID | None | UnsetType = UNSET
    lead_ids: Annotated[list[UUID], Meta(max_length=50)] | UnsetType = UNSET


@command("teams.edit", permission="teams.edit")
class EditTeam(Decision, frozen=True):
    """Rename a team, move it in the tree, or change who leads it."""

    id: Annotated[UUID, refers_to(Team)]
    set: TeamFields
    base: TeamFields


@handles(EditTeam)
async def edit_team(command: EditTeam, ctx: Context) -> None:
    team = await ctx.load(Team, command.id)
    if isinstance(command.set.lead_ids, list):
        await _require_people(ctx, command.set.lead_ids)
    if isinstance(command.set.parent_id, UUID):
        await _require_outside(ctx, team, command.set.parent_id)
    apply_edit(ctx, team, command.set, command.base)


async def _require_people(ctx: Context, user_ids: Iterable[UUID]) -> None:
    for user_id in user_ids:
        await ctx.load(User, user_id)


async def _require_team(ctx: Context, team_id: UUID) -> Team:
    team = await ctx.load(Team, team_id)
    if team.deleted_at is not None:
        raise NotFound(kind=Team.kind, id=str(team_id))
    return team


async def _require_outside(ctx: Context, team: Team, parent_id: UUID) -> None:
    """A team cannot stand below itself. Raises NotFound, TeamRing."""
    above: UUID | None = parent_id
    for _ in range(DEEPEST_TREE):
        if above is None:
            return
        if above == team.id:
            break
        above = (await _require_team(ctx, above)).parent_id
    raise TeamRing(id=str(team.id), name=team.name)


@command("users.create", permission="users.create", creates=User)
class CreateUser(Decision, frozen=True):
    """Add a person; a password never passes through a command: they set one by the reset mail."""

    id: UUID
    name: Name
    email: Email
    roles: Annotated[list[Role], Meta(min_length=1, max_length=10)]
    title: Annotated[str, Meta(max_length=100)] | None = None
    team_id: Annotated[UUID, refers_to(Team)] | None = None


@handles(CreateUser)
async def create_user(command: CreateUser, ctx: Context) -> None:
    email = command.email.lower()
    if await ctx.is_taken(Credential.email, email):
        raise EmailTaken(email=email)
    ctx.create(User, command, active=True)
    ctx.session.add(Credential(organization_id=ctx.organization_id, user_id=command.id, email=email))


class UserFields(Command, frozen=True):
    """What can be edited of a person."""

    name: Name | UnsetType = UNSET
    title: Annotated[str, Meta(max_length=100)] | None | UnsetType = UNSET
    roles: Annotated[list[Role], Meta(min_length=1, max_length=10)] | UnsetType = UNSET
    team_id: UUID | None | UnsetType = UNSET
    active: bool | UnsetType = UNSET


@command("users.edit", permission="users.edit")
class EditUser(Decision, frozen=True):
    """Change a person's name, roles or team, or put them out of service."""

    id: Annotated[UUID, refers_to(User)]
    set: UserFields
    base: UserFields


@handles(EditUser)
async def edit_user(command: EditUser, ctx: Context) -> None:
    if isinstance(command.set.team_id, UUID):
        await _require_team(ctx, command.set.team_id)
    apply_edit(ctx, await ctx.load(User, command.id), command.set, command.base)

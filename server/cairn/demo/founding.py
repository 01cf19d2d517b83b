"""The two organizations and their people, founded as a command line does it."""

from collections.abc import Mapping
from uuid import UUID, uuid4

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from cairn.demo.people import COMPANY, OTHER_COMPANY, OTHER_EMAIL, PEOPLE, TEAMS, TIME_ZONE
from cairn.kernel.context import Actor
from cairn.kernel.writer import Transactional
from cairn.modules.accounts.commands import CreateAccount
from cairn.modules.identity.commands import CreateOrganization, CreateTeam, CreateUser, EditTeam
from cairn.modules.identity.founding import found_organization
from cairn.modules.identity.roles import permissions_of
from cairn.modules.identity.sessions import set_password
from cairn.services import Services

OTHER_CUSTOMERS = ("Fernwick Ice", "苏州梧砚食品有限公司", "Tolland Bakery")


async def found_company(services: Services, user_ids: Mapping[str, UUID], password_hash: str) -> UUID:
    """The demo company with its teams and people; its id."""
    founder = await _found(services, services.new_id(), COMPANY)
    team_ids = {team.key: services.new_id() for team in TEAMS}
    for team in TEAMS:
        parent_id = team_ids.get(team.parent or "")
        await services.dispatcher.run(
            founder, CreateTeam(id=team_ids[team.key], name=team.name, parent_id=parent_id), "cli"
        )
    for person in PEOPLE:
        command = CreateUser(
            id=user_ids[person.key],
            name=person.name,
            email=person.email,
            roles=[person.role],
            title=person.title,
            team_id=team_ids.get(person.team or ""),
        )
        await services.dispatcher.run(founder, command, "cli")
        await _give_password(services, founder.organization_id, command.id, password_hash)
    for team in TEAMS:
        leads = [user_ids[key] for key in team.leads]
        edit = {"id": team_ids[team.key], "set": {"lead_ids": leads}, "base": {"lead_ids": []}}
        command_of_leads = msgspec.convert(msgspec.to_builtins(edit), EditTeam)
        await services.dispatcher.run(founder, command_of_leads, "cli")
    return founder.organization_id


async def found_other_company(services: Services, password_hash: str) -> None:
    """A second organization with customers of its own: nothing of it may ever be seen in the first."""
    founder = await _found(services, services.new_id(), OTHER_COMPANY)
    user_id = services.new_id()
    administrator = CreateUser(id=user_id, name="Robin Hale", email=OTHER_EMAIL, roles=["administrator"])
    await services.dispatcher.run(founder, administrator, "cli")
    await _give_password(services, founder.organization_id, user_id, password_hash)
    roles = ("administrator",)
    actor = Actor(user_id, founder.organization_id, roles, permissions_of(roles), frozenset())
    for name in OTHER_CUSTOMERS:
        await services.dispatcher.run(actor, CreateAccount(id=services.new_id(), name=name), "rest")


async def _found(services: Services, organization_id: UUID, name: str) -> Actor:
    # Made again, the company has the same ids but another epoch: phones that knew the old one start anew.
    command = CreateOrganization(id=organization_id, name=name, time_zone=TIME_ZONE)
    return await found_organization(services.writer, services.dispatcher, uuid4, command)


async def _give_password(services: Services, organization_id: UUID, user_id: UUID, password_hash: str) -> None:
    async def store(session: AsyncSession) -> None:
        await set_password(session, organization_id, user_id, password_hash)

    await services.writer.submit(Transactional(organization_id, store))

"""Founding an organization and its first people: what a command line does before anybody can sign in."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from cairn.kernel.access import OrganizationHead
from cairn.kernel.context import Actor
from cairn.kernel.dispatch import Dispatcher
from cairn.kernel.ids import NewId
from cairn.kernel.writer import Transactional, Writer
from cairn.modules.identity.commands import CreateOrganization
from cairn.modules.identity.passwords import hash_password
from cairn.modules.identity.roles import EVERY_PERMISSION
from cairn.modules.identity.sessions import set_password

FOUNDER = UUID(int=0)


def founder(organization_id: UUID) -> Actor:
    """Whoever has the server's command line: may do everything in an organization."""
    return Actor(FOUNDER, organization_id, (), EVERY_PERMISSION, frozenset())


async def found_organization(
    writer: Writer, dispatcher: Dispatcher, new_id: NewId, command: CreateOrganization
) -> Actor:
    """Begin an organization's history; the answer may do everything in it."""
    head = OrganizationHead(
        organization_id=command.id, epoch=str(new_id()), seq=0, access_seq=0, horizon_seq=0, buckets=0
    )

    async def store(session: AsyncSession) -> None:
        session.add(head)

    await writer.submit(Transactional(command.id, store))
    actor = founder(command.id)
    await dispatcher.run(actor, command, "cli")
    return actor


async def give_password(writer: Writer, organization_id: UUID, user_id: UUID, password: str) -> None:
    """Set a person's password from the command line."""
    hashed = await hash_password(password)

    async def store(session: AsyncSession) -> None:
        await set_password(session, organization_id, user_id, hashed)

    await writer.submit(Transactional(organization_id, store))

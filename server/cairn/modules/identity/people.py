"""Finding people and their rights: what a command line or a job does to act on somebody's behalf."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from cairn.kernel.access import principals_of
from cairn.kernel.context import Actor
from cairn.kernel.database import Database
from cairn.modules.identity.models import Credential, Organization, User
from cairn.modules.identity.roles import permissions_of


@dataclass(frozen=True)
class Person:
    """A person with their rights, and the name of their organization."""

    actor: Actor
    name: str
    organization: str


async def find_person(database: Database, email: str) -> Person | None:
    """The active person who signs in with this address; one address belongs to one organization."""
    statement = (
        select(User.organization_id, User.id, User.name, User.roles, Organization.name.label("organization"))
        .join(Credential, (Credential.organization_id == User.organization_id) & (Credential.user_id == User.id))
        .join(Organization, Organization.organization_id == User.organization_id)
        .where(Credential.email == email.strip().lower(), User.active.is_(True))
    )
    async with database.reading() as connection:
        row = (await connection.execute(statement)).first()
        if row is None:
            return None
        principals = await principals_of(connection, row.organization_id, row.id)
    actor = Actor(row.id, row.organization_id, tuple(row.roles), permissions_of(row.roles), principals)
    return Person(actor, row.name, row.organization)


async def find_actor(database: Database, organization_id: UUID, user_id: UUID) -> Actor:
    """A person with the rights of now; one who has left keeps what their roles allow, and leads nobody."""
    statement = select(User.roles).where(User.organization_id == organization_id, User.id == user_id)
    async with database.reading() as connection:
        roles = tuple((await connection.execute(statement)).scalar_one_or_none() or ())
        principals = await principals_of(connection, organization_id, user_id)
    return Actor(user_id, organization_id, roles, permissions_of(roles), principals)


async def signs_in(database: Database, email: str) -> bool:
    """Whether an address is taken, in whatever organization."""
    statement = select(Credential.user_id).where(Credential.email == email.strip().lower())
    async with database.reading() as connection:
        return (await connection.execute(statement)).first() is not None

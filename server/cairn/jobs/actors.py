"""On whose behalf the server acts by itself."""

from uuid import UUID

from cairn.kernel.context import Actor
from cairn.modules.identity.roles import EVERY_PERMISSION

SERVER = UUID(int=0)


def server_of(organization_id: UUID) -> Actor:
    """The server itself, where it acts for nobody."""
    return Actor(SERVER, organization_id, (), EVERY_PERMISSION, frozenset())

"""Which principals each person is part of: from their roles, their team, and whose work they lead."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cairn.kernel import access
from cairn.kernel.entitlement import permission_rule
from cairn.kernel.memberships import membership_rule
from cairn.modules.identity.models import Team, User
from cairn.modules.identity.roles import PERMISSIONS, READERS_OF_EVERYTHING


@permission_rule
def holders(permission: str) -> set[str]:
    """The principals of the roles that have a permission."""
    return {access.role(name) for name, permissions in PERMISSIONS.items() if permission in permissions}


@membership_rule
async def principals(session: AsyncSession, organization_id: UUID) -> Mapping[str, set[str]]:
    """User id → principals, for every active person of the organization."""
    users = (await session.scalars(select(User).where(User.organization_id == organization_id))).all()
    teams = (await session.scalars(select(Team).where(Team.organization_id == organization_id))).all()
    return compute_principals(list(users), {team.id: team for team in teams if team.deleted_at is None})


def compute_principals(users: list[User], teams: dict[UUID, Team]) -> dict[str, set[str]]:
    """The rule itself: a lead of a team is in the reporting line of all who are in it or below it."""
    active = {user.id: user for user in users if user.active and user.deleted_at is None}
    result = {
        str(user.id): {access.EVERYONE, access.user(user.id), access.line(user.id)}
        | {access.role(role) for role in user.roles}
        for user in active.values()
    }
    overseers = [user.id for user in active.values() if READERS_OF_EVERYTHING & set(user.roles)]
    for user in users:
        leads = set(overseers)
        for team in ancestry(user.team_id, teams):
            if user.id in active:
                result[str(user.id)].add(access.team(team.id))
            leads |= {UUID(str(lead)) for lead in team.lead_ids}
        for lead in leads & active.keys():
            result[str(lead)].add(access.line(user.id))
    return result


def ancestry(team_id: UUID | None, teams: Mapping[UUID, Team]) -> list[Team]:
    """A team and those above it; a ring in the tree ends the walk."""
    found: list[Team] = []
    while team_id is not None and team_id in teams and teams[team_id] not in found:
        found.append(teams[team_id])
        team_id = teams[team_id].parent_id
    return found

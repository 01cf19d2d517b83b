"""The rule that says which principals a person is part of; identity knows people and teams and provides it."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

MembershipRule = Callable[[AsyncSession, UUID], Awaitable[Mapping[str, Iterable[str]]]]
_rules: list[MembershipRule] = []


def membership_rule(rule: MembershipRule) -> MembershipRule:
    """Declare the function that computes user id → principals for a whole organization."""
    _rules.append(rule)
    return rule


async def wanted_memberships(session: AsyncSession, organization_id: UUID) -> dict[str, set[str]]:
    """Every person's principals as they should be now."""
    wanted: dict[str, set[str]] = {}
    for rule in _rules:
        for user_id, principals in (await rule(session, organization_id)).items():
            wanted.setdefault(user_id, set()).update(principals)
    return wanted

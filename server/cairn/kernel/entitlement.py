"""Facts of people who may not report such things any more, but once might: taken, and flagged (docs/decisions/0022).

Which roles a person has held up to now, the memberships tell: they are intervals of the organization's own sequence,
in which no phone's clock has a say.
"""

from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from cairn.kernel.driver import driver_of
from cairn.kernel.envelopes import Task, read_command
from cairn.kernel.errors import NotPermitted

PermissionRule = Callable[[str], Iterable[str]]
_rules: list[PermissionRule] = []
_ROLES = """
SELECT principal, until_seq FROM membership
WHERE organization_id = ?1 AND user_id = ?2 AND principal LIKE 'role:%'
"""


def permission_rule(rule: PermissionRule) -> PermissionRule:
    """Declare the function that says which roles' principals have a permission."""
    _rules.append(rule)
    return rule


async def admit_facts(session: AsyncSession, organization_id: UUID, tasks: Sequence[Task]) -> None:
    """Take back the refusal of what a device reports for somebody who once might; the head must be locked.

    Who asks without a device was not offline: for them the rights of now decide, as they do of every decision.
    """
    refused = [task for task in tasks if _is_refused_fact(task)]
    for user_id in {task.envelope.actor.user_id for task in refused}:
        rows = await (await driver_of(session)).fetch(_ROLES, organization_id, user_id)
        ever = {principal for principal, _ in rows}
        now = {principal for principal, until_seq in rows if until_seq is None}
        for task in refused:
            assert task.spec is not None
            holders = {principal for rule in _rules for principal in rule(task.spec.permission)}
            if task.envelope.actor.user_id == user_id and not ever.isdisjoint(holders):
                task.role_lost = now.isdisjoint(holders)
                read_command(task, task.spec)


def _is_refused_fact(task: Task) -> bool:
    if task.spec is None or not task.spec.is_fact or task.envelope.device_id is None:
        return False
    return task.verdict is not None and isinstance(task.verdict.error, NotPermitted)

"""Moving every organization's horizon on and forgetting unused devices, a bounded piece per transaction."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cairn.kernel.access import OrganizationHead
from cairn.kernel.heads import lock_head
from cairn.kernel.horizon import forget_devices, move_horizon
from cairn.kernel.writer import Transactional
from cairn.services import Services

MOST_STRIDES = 200
"""For each organization and run; what is left is for the next."""


async def compact(services: Services) -> None:
    """Forget what is old enough, in every organization."""
    async with services.database.reading() as connection:
        organizations = (await connection.execute(select(OrganizationHead.organization_id))).scalars().all()
    for organization_id in organizations:
        await _compact(services, organization_id)


async def _compact(services: Services, organization_id: UUID) -> None:
    now = services.clock.now()

    async def stride(session: AsyncSession) -> bool:
        return await move_horizon(session, await lock_head(session, organization_id), now)

    async def devices(session: AsyncSession) -> int:
        return await forget_devices(session, organization_id, now)

    for _ in range(MOST_STRIDES):
        if not await services.writer.submit(Transactional(organization_id, stride)):
            break
    await services.writer.submit(Transactional(organization_id, devices))

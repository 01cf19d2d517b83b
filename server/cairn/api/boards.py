"""Boards: counts over more records than a phone holds."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from litestar import Request, get
from litestar.params import QueryParameter
from msgspec import Struct

from cairn.api.authentication import services_of, signed_in
from cairn.kernel.errors import MalformedInput, NotPermitted
from cairn.kernel.held import held_now
from cairn.modules.analytics.return_board import ReturnAnalysis, return_analysis
from cairn.modules.analytics.service_board import ServiceCount, service_counts

AnyRequest = Request[Any, Any, Any]
LONGEST_PERIOD = timedelta(days=3_700)
READS = "tickets.assign"
"""Whoever gives tickets out reads them all."""
READS_RETURNS = "returns.decide"
"""Whoever decides about returns sees what they come to; of those alone that they may read."""


class ServiceBoard(Struct):
    """Counts by person and type; whoever shows them adds up what they want to see together."""

    counts: list[ServiceCount]


@get("/api/v1/boards/service", operation_id="readServiceBoard", tags=["boards"])
async def read_service_board(
    request: AnyRequest,
    since: Annotated[datetime, QueryParameter()],
    until: Annotated[datetime, QueryParameter()],
) -> ServiceBoard:
    """Tickets that were taken down in a period: how many, how many are completed, and what customers said."""
    services, actor = services_of(request), (await signed_in(request)).actor
    if not actor.may(READS):
        raise NotPermitted(permission=READS)
    _check_period(since, until)
    async with services.database.reading_session() as session:
        return ServiceBoard(await service_counts(session, actor.organization_id, since, until))


class ReturnBoard(Struct):
    """What came back and why, by currency."""

    currencies: list[ReturnAnalysis]


@get("/api/v1/boards/returns", operation_id="readReturnBoard", tags=["boards"])
async def read_return_board(
    request: AnyRequest,
    since: Annotated[datetime, QueryParameter()],
    until: Annotated[datetime, QueryParameter()],
) -> ReturnBoard:
    """Returns that were asked for in a period: reasons, with the amount of what came back and its share."""
    services, actor = services_of(request), (await signed_in(request)).actor
    if not actor.may(READS_RETURNS):
        raise NotPermitted(permission=READS_RETURNS)
    _check_period(since, until)
    held = await held_now(services.database, services.held, actor.organization_id, actor.user_id)
    async with services.database.reading_session() as session:
        return ReturnBoard(await return_analysis(session, actor.organization_id, held, since, until))


def _check_period(since: datetime, until: datetime) -> None:
    if since.tzinfo is None or until.tzinfo is None or not timedelta() < until - since <= LONGEST_PERIOD:
        raise MalformedInput(path="until", reason="a period of at most ten years, with time zones")

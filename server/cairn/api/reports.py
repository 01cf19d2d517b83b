"""Service reports for those who may read the ticket."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery

from cairn.api.authentication import services_of, signed_in
from cairn.kernel.held import held_now
from cairn.modules.tickets.report_contents import number_of
from cairn.modules.tickets.report_words import Language

AnyRequest = Request[Any, Any, Any]


@get("/api/v1/tickets/{record_id:uuid}/report", operation_id="readServiceReport", tags=["tickets"])
async def read_report(
    request: AnyRequest, record_id: FromPath[UUID], language: FromQuery[Language] = "zh"
) -> Response[bytes]:
    """What was done for the customer, as a PDF; once the job is done."""
    services, actor = services_of(request), (await signed_in(request)).actor
    held = await held_now(services.database, services.held, actor.organization_id, actor.user_id)
    content = await services.reports.print(actor.organization_id, record_id, language, held)
    return pdf(content, record_id)


def pdf(content: bytes, ticket_id: UUID) -> Response[bytes]:
    """A report as an answer, which no proxy keeps."""
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'inline; filename="service-report-{number_of(ticket_id)}.pdf"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type="application/pdf", headers=headers)

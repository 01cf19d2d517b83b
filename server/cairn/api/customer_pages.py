"""The customer's page: a link shows where a ticket stands, its report, and takes one rating."""

import hashlib
from contextlib import suppress
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from litestar.response import Redirect

from cairn.api.authentication import network_of, services_of
from cairn.api.errors import refuse
from cairn.api.pages.rendering import headers, language_for, page
from cairn.api.reports import pdf
from cairn.kernel.errors import AlreadyExists, DomainError
from cairn.modules.feedback.by_link import Answer, RatingClosed, is_rated
from cairn.modules.identity.attempts import block_of
from cairn.modules.tickets.links import Shared, find_link
from cairn.modules.tickets.report_words import Language, moment_words
from cairnsync.errors import ProtocolError

AnyRequest = Request[Any, Any, Any]
LARGEST_FORM_BYTES = 16 * 1024
MOST_FIELDS = 10
REPORT_COST = 10
"""Printing takes longer than showing."""


@get("/{token:str}", operation_id="showToCustomer")
async def show(request: AnyRequest, token: FromPath[str]) -> Response[bytes]:
    """Where the ticket stands now."""
    shared = await _open(request, token)
    return await _page(request, token, shared, {})


@get("/{token:str}/report", operation_id="readReportByLink")
async def read_report(request: AnyRequest, token: FromPath[str]) -> Response[bytes]:
    """The service report, once the job is done."""
    shared = await _open(request, token, cost=REPORT_COST)
    services = services_of(request)
    language = language_for(request, shared.language)
    answer = pdf(
        await services.reports.print(shared.link.organization_id, shared.ticket_id, language), shared.ticket_id
    )
    answer.headers.update({name: headers()[name] for name in ("Referrer-Policy", "X-Robots-Tag")})
    return answer


@post("/{token:str}/rating", status_code=303, operation_id="rateByLink")
async def rate(request: AnyRequest, token: FromPath[str]) -> Response[bytes] | Redirect:
    """Take the customer's one answer; afterwards the page thanks for it."""
    shared, services = await _open(request, token), services_of(request)
    given = _form(await request.body())
    try:
        answer = msgspec.convert(given, Answer, strict=False)
    except msgspec.ValidationError:
        return await _page(request, token, shared, given, status=422)
    with suppress(AlreadyExists, RatingClosed):  # answered before, or reopened meanwhile: the page says how it is now
        await services.dispatcher.run(*answer.command(shared.link), "link")
    language = language_for(request, shared.language)
    return Redirect(f"/s/{token}?lang={language}", status_code=303, headers=headers())


async def _open(request: AnyRequest, token: str, cost: int = 1) -> Shared:
    """What the link shows; raises LinkInvalid, TooManyRequests."""
    services = services_of(request)
    services.page_rates.take(block_of(network_of(request)), services.clock.now(), cost)
    return await find_link(services.database, token, services.clock.now())


async def _page(
    request: AnyRequest, token: str, shared: Shared, given: dict[str, str], status: int = 200
) -> Response[bytes]:
    language = language_for(request, shared.language)
    return page(
        "ticket.html",
        language,
        status,
        path=f"/s/{token}",
        view=shared.view,
        version=hashlib.sha256(msgspec.json.encode(shared.view)).hexdigest()[:16],
        rated=await is_rated(services_of(request).database, shared.link),
        incomplete=status != 200,
        given={name: given.get(name, "") for name in ("satisfaction", "solved", "comment")},
        time=lambda at: _time(at, shared, language),
    )


def _time(at: datetime, shared: Shared, language: Language) -> str:
    return moment_words(at, shared.zone, language)


def _form(body: bytes) -> dict[str, str]:
    """The first value of each field; what cannot be read is empty, and the page asks again."""
    try:
        fields = parse_qs(body.decode(), max_num_fields=MOST_FIELDS, strict_parsing=False)
    except ValueError:
        return {}
    return {name: values[0].replace("\0", "").strip() for name, values in fields.items() if values[0].strip()}


def _notice(request: AnyRequest, error: Exception) -> Response[bytes]:
    """A refusal as a page; unknown, ended and revoked links look the same."""
    refusal = refuse(request, error)
    status = refusal.status_code or 500
    is_gone = status in (404, 409)
    name = "gone" if is_gone else "busy"
    answer = page("notice.html", language_for(request, "zh"), 404 if is_gone else status, notice=name)
    answer.headers.update({header: value for header, value in refusal.headers.items() if header == "Retry-After"})
    return answer


router = Router(
    "/s",
    route_handlers=[show, read_report, rate],
    include_in_schema=False,
    request_max_body_size=LARGEST_FORM_BYTES,
    exception_handlers={
        DomainError: _notice,
        ProtocolError: _notice,
        HTTPException: _notice,
        Exception: _notice,
    },
)

"""Signing in and out, password resets, and a person's own sessions and devices."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, Router, delete, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cairn.api.authentication import COOKIE, network_of, sender, services_of, signed_in
from cairn.api.bodies import SMALL_BODY_BYTES
from cairn.kernel.devices import Device, change_device
from cairn.kernel.writer import Transactional
from cairn.modules.identity.models import Organization, SignInSession
from cairn.modules.identity.sessions import Profile

AnyRequest = Request[Any, Any, Any]


EmailAddress = Annotated[str, Meta(max_length=254, pattern=r"^[^\0]*\Z")]


class SignIn(Struct, forbid_unknown_fields=True):
    """An address and its password."""

    email: EmailAddress
    password: Annotated[str, Meta(max_length=1_000)]


class SignedInAnswer(Struct):
    """The token is for clients other than browsers; those have it in a cookie."""

    token: str
    user: Profile


class OrganizationSummary(Struct):
    """The tenant, as the client needs it before the first sync."""

    id: UUID
    name: str
    time_zone: str
    locale: str


class Myself(Struct):
    """Who is signed in and what they may do."""

    user: Profile
    organization: OrganizationSummary
    permissions: list[str]
    session_id: UUID


class SessionSummary(Struct):
    """A signed-in browser or client."""

    id: UUID
    client: str
    created_at: datetime
    expires_at: datetime
    current: bool


class DeviceSummary(Struct):
    """A device of the person's."""

    id: UUID
    name: str
    platform: str
    app: str
    created_at: datetime
    last_seen_at: datetime
    revoked_at: datetime | None


class ResetRequest(Struct, forbid_unknown_fields=True):
    """The address that cannot sign in any more."""

    email: EmailAddress


class ResetConfirmation(Struct, forbid_unknown_fields=True):
    """The token of the reset mail and the new password."""

    token: Annotated[str, Meta(max_length=200)]
    password: Annotated[str, Meta(max_length=1_000)]


@post("/session", status_code=201, operation_id="signIn")
async def sign_in(request: AnyRequest, data: JSONBody[SignIn]) -> Response[SignedInAnswer]:
    """Sign in; the answer also sets the browser's cookie."""
    services = services_of(request)
    client = request.headers.get("user-agent", "")
    token, profile = await services.sessions.sign_in(
        data.email, data.password, network=network_of(request), client=client
    )
    cookie = Cookie(
        key=COOKIE,
        value=token,
        httponly=True,
        samesite="lax",
        secure=services.settings.secure_cookies or request.url.scheme == "https",
        max_age=services.settings.session_days * 86_400,
        path="/",
    )
    return Response(SignedInAnswer(token, profile), status_code=201, cookies=[cookie])


@get("/session", operation_id="whoAmI")
async def who_am_i(request: AnyRequest) -> Myself:
    """Who is signed in."""
    person = await sender(request)
    actor = person.actor
    async with services_of(request).database.reading() as connection:
        statement = select(Organization.name, Organization.time_zone, Organization.locale).where(
            Organization.organization_id == actor.organization_id
        )
        row = (await connection.execute(statement)).one()
    return Myself(
        user=Profile(actor.user_id, person.name, list(actor.roles), actor.organization_id),
        organization=OrganizationSummary(actor.organization_id, row.name, row.time_zone, row.locale),
        permissions=sorted(actor.permissions),
        session_id=person.session_id,
    )


@delete("/session", status_code=204, operation_id="signOut")
async def sign_out(request: AnyRequest) -> Response[None]:
    """End this session."""
    person = await sender(request)
    actor = person.actor
    await services_of(request).sessions.end(actor.organization_id, actor.user_id, person.session_id)
    answer: Response[None] = Response(None, status_code=204)
    answer.delete_cookie(COOKIE, path="/")
    return answer


@get("/sessions", operation_id="listSessions")
async def list_sessions(request: AnyRequest) -> list[SessionSummary]:
    """Where the person is signed in."""
    services, person = services_of(request), await signed_in(request)
    actor = person.actor
    statement = (
        select(SignInSession.id, SignInSession.client, SignInSession.created_at, SignInSession.expires_at)
        .where(SignInSession.organization_id == actor.organization_id, SignInSession.user_id == actor.user_id)
        .where(SignInSession.expires_at > services.clock.now())
        .order_by(SignInSession.created_at.desc())
        .limit(100)
    )
    async with services.database.reading() as connection:
        rows = (await connection.execute(statement)).all()
    return [SessionSummary(*row, current=row.id == person.session_id) for row in rows]


@delete("/sessions/{session_id:uuid}", status_code=204, operation_id="endSession")
async def end_session(request: AnyRequest, session_id: FromPath[UUID]) -> None:
    """Sign one of one's own browsers or clients out."""
    actor = (await signed_in(request)).actor
    await services_of(request).sessions.end(actor.organization_id, actor.user_id, session_id)


@get("/devices", operation_id="listDevices")
async def list_devices(request: AnyRequest) -> list[DeviceSummary]:
    """The person's devices."""
    actor = (await signed_in(request)).actor
    statement = (
        select(
            Device.id,
            Device.name,
            Device.platform,
            Device.app,
            Device.created_at,
            Device.last_seen_at,
            Device.revoked_at,
        )
        .where(Device.organization_id == actor.organization_id, Device.user_id == actor.user_id)
        .order_by(Device.last_seen_at.desc())
        .limit(100)
    )
    async with services_of(request).database.reading() as connection:
        rows = (await connection.execute(statement)).all()
    return [DeviceSummary(*row) for row in rows]


@delete("/devices/{device_id:uuid}", status_code=204, operation_id="revokeDevice")
async def revoke_device(request: AnyRequest, device_id: FromPath[UUID]) -> None:
    """Shut a device out: one's own, or anybody's for an administrator."""
    services = services_of(request)
    actor = (await signed_in(request)).actor
    allowed = () if actor.may("devices.manage") else (Device.user_id == actor.user_id,)

    async def revoke(session: AsyncSession) -> None:
        await change_device(session, actor, device_id, {"revoked_at": services.clock.now()}, *allowed)

    await services.writer.submit(Transactional(actor.organization_id, revoke))


@post("/password-reset", status_code=202, operation_id="askPasswordReset")
async def ask_reset(request: AnyRequest, data: JSONBody[ResetRequest]) -> None:
    """Have a reset link sent; the answer is the same whether anybody signs in with the address."""
    await services_of(request).resets.ask(data.email, network=network_of(request))


@post("/password-reset/confirm", status_code=204, operation_id="confirmPasswordReset")
async def confirm_reset(request: AnyRequest, data: JSONBody[ResetConfirmation]) -> None:
    """Set the new password."""
    await services_of(request).resets.use(data.token, data.password)


router = Router(
    "/api",
    request_max_body_size=SMALL_BODY_BYTES,
    route_handlers=[
        sign_in,
        who_am_i,
        sign_out,
        list_sessions,
        end_session,
        list_devices,
        revoke_device,
        ask_reset,
        confirm_reset,
    ],
)

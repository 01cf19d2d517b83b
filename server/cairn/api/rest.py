"""REST, generated from the declarations: every collection can be read, every command can be given.

Reading follows the same rule as pull (`kernel.visibility`); writing goes through the same door as a phone.
"""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, get, patch, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Struct, UnsetType

from cairn.api.authentication import services_of, signed_in
from cairn.api.listing import Listing, read_listing
from cairn.kernel.commands import CommandSpec, registry
from cairn.kernel.context import Actor
from cairn.kernel.errors import NotFound
from cairn.kernel.held import held_now
from cairn.kernel.shapes import document_shape
from cairn.kernel.synced import Synced
from cairn.modules.identity.roles import INTERNAL

AnyRequest = Request[Any, Any, Any]
LARGEST_BODY_BYTES = 256 * 1024


class Outcome(Struct):
    """What came of a command that was given over REST."""

    id: UUID
    status: str
    flags: list[str]
    conflicts: list[dict[str, Any]]


def rest_router() -> Router:
    """One route per collection and command, as they are declared when the server starts."""
    handlers: list[HTTPRouteHandler] = []
    for model in Synced.kinds.values():
        if model.collection is not None:
            handlers += _reading(model, model.collection)
    for spec in registry.by_name.values():
        model_of = _subject(spec)
        if spec.permission != INTERNAL and model_of is not None and model_of.collection is not None:
            handlers.append(_writing(spec, model_of.collection))
    return Router("/api/v1", route_handlers=handlers, request_max_body_size=LARGEST_BODY_BYTES)


def _subject(spec: CommandSpec) -> type[Synced] | None:
    """The model whose collection a command belongs to."""
    if spec.creates is not None:
        return spec.creates
    return next((each.model for each in spec.references if each.field == "id"), None)


def _named(handler: Any, name: str, documentation: str, returns: Any, **annotations: Any) -> Any:
    handler.__name__ = handler.__qualname__ = name
    handler.__doc__ = documentation
    handler.__annotations__ = {"request": AnyRequest, **annotations, "return": returns}
    return handler


def _reading(model: type[Synced], collection: str) -> list[HTTPRouteHandler]:
    shape = document_shape(model)
    page = msgspec.defstruct(f"{shape.__name__}Page", [("items", list[shape]), ("next", str | None)])  # type: ignore[valid-type]
    title = shape.__name__

    async def list_records(request):  # type: ignore[no-untyped-def]
        listing = read_listing(model, request.query_params.multi_items())
        rows, next_cursor = await _select(request, model, listing)
        return _json({"items": [row.document() for row in rows], "next": next_cursor})

    async def read_record(request, record_id):  # type: ignore[no-untyped-def]
        rows, _ = await _select(request, model, Listing(filters=[(model.id == record_id)], limit=1))
        if not rows:
            raise NotFound(kind=model.kind, id=str(record_id))
        return _json(rows[0].document())

    return [
        get(f"/{collection}", operation_id=f"list{title}Records", tags=[collection])(
            _named(list_records, f"list_{collection}", f"{title}: filter, sort, page by page.", Response[page])  # type: ignore[valid-type]
        ),
        get(f"/{collection}/{{record_id:uuid}}", operation_id=f"read{title}Record", tags=[collection])(
            _named(read_record, f"read_{collection}", f"One {title}.", Response[shape], record_id=FromPath[UUID])  # type: ignore[valid-type]
        ),
    ]


async def _select(request: AnyRequest, model: type[Synced], listing: Listing) -> tuple[list[Any], str | None]:
    services, actor = services_of(request), (await signed_in(request)).actor
    held = await held_now(services.database, services.held, actor.organization_id, actor.user_id)
    async with services.database.reading_session() as session:
        return await listing.run(session, model, actor.organization_id, held)


def _writing(spec: CommandSpec, collection: str) -> HTTPRouteHandler:
    action = spec.name.split(".", 1)[1].replace("_", "-")
    operation = "".join(part.capitalize() for part in spec.name.replace(".", "_").split("_"))
    shape = body_shape(spec)
    documentation = (spec.shape.__doc__ or spec.name).strip()

    async def create(request, data):  # type: ignore[no-untyped-def]
        return await _give(request, spec, data, None)

    async def change(request, record_id, data):  # type: ignore[no-untyped-def]
        return await _give(request, spec, data, record_id)

    returns = Response[Outcome]
    options: dict[str, Any] = {"operation_id": operation, "tags": [collection]}
    if spec.creates is not None:
        handler = _named(create, operation, documentation, returns, data=JSONBody[shape])  # type: ignore[misc,valid-type]
        return post(f"/{collection}", status_code=201, **options)(handler)
    handler = _named(change, operation, documentation, returns, record_id=FromPath[UUID], data=JSONBody[shape])  # type: ignore[misc,valid-type]
    if action == "edit":
        return patch(f"/{collection}/{{record_id:uuid}}", status_code=200, **options)(handler)
    return post(f"/{collection}/{{record_id:uuid}}/{action}", status_code=200, **options)(handler)


def body_shape(spec: CommandSpec) -> type[Struct]:
    """A command's args without the id that the path gives; a creation may leave it to the server."""
    fields: list[Any] = []
    for info in msgspec.structs.fields(spec.shape):
        if info.name == "id":
            if spec.creates is not None:
                fields.append(("id", UUID | UnsetType, UNSET))
        elif info.name == "base":
            fields.append(("base", info.type | UnsetType, UNSET))
        elif info.required:
            fields.append((info.name, info.type))
        else:
            fields.append((info.name, info.type, _default(info)))
    fields.sort(key=len)
    name = f"{spec.shape.__name__}Body"
    return msgspec.defstruct(name, fields, forbid_unknown_fields=True, kw_only=True, module=__name__)


def _default(info: msgspec.structs.FieldInfo) -> Any:
    if info.default_factory is not msgspec.NODEFAULT:
        return msgspec.field(default_factory=info.default_factory)
    return info.default


async def _give(request: AnyRequest, spec: CommandSpec, data: Struct, record_id: UUID | None) -> Response[bytes]:
    services, actor = services_of(request), (await signed_in(request)).actor
    args: dict[str, Any] = msgspec.to_builtins(data)
    if record_id is not None:
        args["id"] = str(record_id)
    args.setdefault("id", str(services.new_id()))
    if "set" in args and "base" not in args:
        args["base"] = await _seen(request, spec, actor, UUID(args["id"]), args["set"])
    verdict = await services.dispatcher.run_named(actor, spec.name, msgspec.json.encode(args), "rest")
    outcome = Outcome(UUID(args["id"]), verdict.status, verdict.flags, verdict.conflicts)
    return _json(outcome, status_code=201 if spec.creates is not None else 200)


async def _seen(
    request: AnyRequest, spec: CommandSpec, actor: Actor, record_id: UUID, wanted: dict[str, Any]
) -> dict[str, Any]:
    """What a sender without a base must be taken to have seen: the record as it stands."""
    model = _subject(spec)
    assert model is not None
    rows, _ = await _select(request, model, Listing(filters=[(model.id == record_id)], limit=1))
    if not rows:
        raise NotFound(kind=model.kind, id=str(record_id))
    return {name: msgspec.to_builtins(getattr(rows[0], name)) for name in wanted}


def _json(value: Any, status_code: int = 200) -> Response[bytes]:
    return Response(msgspec.json.encode(value), media_type="application/json", status_code=status_code)

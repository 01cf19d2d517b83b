"""Edits of records: what both sides changed is merged by the field's policy, or kept for a person to settle."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import Index, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from cairn.kernel.commands import Decision, command, handles, refers_to
from cairn.kernel.context import Context
from cairn.kernel.database import Base, UtcDateTime, json_column
from cairn.kernel.errors import DomainError, MalformedInput
from cairn.kernel.shapes import About
from cairn.kernel.synced import Synced
from cairnsync.merge import merge_record

DELETED = "deleted"
Take = Literal["mine", "theirs", "value"]


class ConflictClosed(DomainError):
    """Somebody has settled this conflict already."""

    code = "conflict_closed"


class Conflict(Synced, Base):
    """Two people changed the same field: the current value stays until one of them settles it."""

    __tablename__ = "conflict"
    kind = "conflict"
    collection = "conflicts"
    renamed = {"name": "title"}

    about: Mapped[dict[str, Any]] = json_column(About)
    account_id: Mapped[UUID | None]
    name: Mapped[str]
    field: Mapped[str]
    base: Mapped[Any] = json_column(Any, nullable=True)
    theirs: Mapped[Any] = json_column(Any, nullable=True)
    mine: Mapped[Any] = json_column(Any, nullable=True)
    author_id: Mapped[UUID]
    theirs_by: Mapped[UUID | None]
    theirs_at: Mapped[datetime | None]
    owner_id: Mapped[UUID | None]
    at: Mapped[datetime]
    created_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(info={"shape": Literal["open", "resolved"]})
    take: Mapped[str | None] = mapped_column(info={"shape": Take | None})
    value: Mapped[Any] = json_column(Any, nullable=True)
    resolved_by: Mapped[UUID | None]
    resolved_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_conflict_account", "organization_id", "account_id"),)

    def buckets(self) -> set[str]:
        return {f"user:{each}" for each in (self.author_id, self.owner_id, self.theirs_by) if each}


def given_fields(shape: msgspec.Struct) -> dict[str, Any]:
    """The fields that a sender really gave, as plain JSON values."""
    given = {name: getattr(shape, name) for name in shape.__struct_fields__}
    values: dict[str, Any] = msgspec.to_builtins(
        {name: value for name, value in given.items() if value is not msgspec.UNSET}
    )
    return values


def apply_edit(ctx: Context, record: Synced, wanted: msgspec.Struct, base: msgspec.Struct) -> None:
    """Apply an edit field by field (sync protocol, "Edits and conflicts"); raises MalformedInput, DomainError."""
    set_values, base_values = given_fields(wanted), given_fields(base)
    missing = set_values.keys() - base_values.keys()
    if missing:
        raise MalformedInput(path=f"$.args.base.{min(missing)}", reason="what the author saw is missing")
    if record.deleted_at is not None:
        _keep(ctx, record, DELETED, base=False, theirs=True, mine=set_values)
        return
    policies = record.merge
    fields = {part for name in policies for part in name.split("+")} | set_values.keys()
    current = {name: msgspec.to_builtins(getattr(record, name)) for name in fields}
    merged = merge_record(policies, base_values, current, set_values)
    for found in merged.conflicts:
        _keep(ctx, record, found.field, base=found.base, theirs=found.theirs, mine=found.mine)
    if merged.changes:
        assign(ctx, record, merged.changes)
    record.check()


class Edited:
    """A record that remembers who last set each of its fields, so that a conflict can name them."""

    edits: Mapped[dict[str, Any]] = json_column(dict[str, Any], default=dict)


def assign(ctx: Context, record: Synced, values: Mapping[str, Any]) -> None:
    """Set fields of a record, from JSON values, and remember by whom and when."""
    for name, value in values.items():
        kept_as = getattr(type(record), name).type
        if isinstance(value, str) and isinstance(kept_as, Uuid):
            value = UUID(value)
        elif isinstance(value, str) and isinstance(kept_as, UtcDateTime):
            value = datetime.fromisoformat(value)
        setattr(record, name, value)
    if isinstance(record, Edited):
        mark = {"by": str(ctx.actor.user_id), "at": ctx.received_at.isoformat()}
        record.edits = {**(record.edits or {}), **dict.fromkeys(values, mark)}


def _keep(ctx: Context, record: Synced, field: str, *, base: Any, theirs: Any, mine: Any) -> None:
    last_edit = (getattr(record, "edits", None) or {}).get(field.split("+")[0])
    conflict = Conflict(
        organization_id=ctx.organization_id,
        id=ctx.new_id(),
        about=msgspec.to_builtins(record.reference()),
        account_id=record.id if record.kind == "account" else getattr(record, "account_id", None),
        name=record.label(),
        field=field,
        base=base,
        theirs=theirs,
        mine=mine,
        author_id=ctx.actor.user_id,
        theirs_by=UUID(last_edit["by"]) if last_edit else getattr(record, "created_by", None),
        theirs_at=datetime.fromisoformat(last_edit["at"]) if last_edit else getattr(record, "created_at", None),
        owner_id=ctx.batch.owner_of(record),
        at=ctx.at,
        created_at=ctx.received_at,
        state="open",
    )
    ctx.add(conflict)
    ctx.conflicts.append({"id": conflict.id, "field": field})


@command("conflicts.resolve", permission="conflicts.resolve")
class ResolveConflict(Decision, frozen=True):
    """Settle a conflict: the author's value, the value that stood, or another one."""

    id: Annotated[UUID, refers_to(Conflict)]
    take: Take
    value: Any = None


@handles(ResolveConflict)
async def resolve_conflict(command: ResolveConflict, ctx: Context) -> None:
    conflict = await ctx.load(Conflict, command.id)
    if conflict.state != "open":
        same = conflict.take == command.take and (command.take != "value" or conflict.value == command.value)
        if same and conflict.resolved_by == ctx.actor.user_id:
            return
        raise ConflictClosed(id=str(conflict.id))
    record = await ctx.load(Synced.kinds[conflict.about["kind"]], UUID(conflict.about["id"]))
    owner_id = await ctx.batch.load_owner(record)
    if ctx.actor.user_id not in {conflict.author_id, conflict.theirs_by}:
        _require_say(ctx, record, owner_id)
    value = {"mine": conflict.mine, "theirs": None, "value": command.value}[command.take]
    if command.take != "theirs":
        _require_say(ctx, record, owner_id)
        _settle(ctx, record, conflict.field, value)
    conflict.state, conflict.take, conflict.value = "resolved", command.take, value
    conflict.resolved_by, conflict.resolved_at = ctx.actor.user_id, ctx.received_at


def _require_say(ctx: Context, record: Synced, owner_id: UUID | None) -> None:
    """A record is its owner's; one without an owner is for those who may edit its kind. Raises NotOwner."""
    if owner_id is not None or not ctx.actor.may(f"{record.collection}.edit"):
        ctx.require_line(owner_id, name=record.label())


def _settle(ctx: Context, record: Synced, field: str, value: Any) -> None:
    """Write the chosen value; it must have the shape that the record's own fields have."""
    if field == DELETED:
        record.deleted_at = None
        fields: tuple[str, ...] = tuple(value or {})
    else:
        fields = tuple(field.split("+"))
    values = value if field == DELETED or len(fields) > 1 else {fields[0]: value}
    columns = type(record).__table__.columns  # type: ignore[attr-defined]
    if not isinstance(values, dict) or set(values) != set(fields):
        raise MalformedInput(path="$.args.value", reason=f"expected {', '.join(fields)}")
    for name in fields:
        column = columns[name]
        plain = column.type.python_type | None if column.nullable else column.type.python_type
        try:
            msgspec.convert(values[name], column.info.get("shape", plain))
        except msgspec.ValidationError as error:
            raise MalformedInput(path=f"$.args.value.{name}", reason=str(error)[:200]) from None
    assign(ctx, record, values)
    record.check()

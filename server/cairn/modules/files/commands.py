"""What happens to a file: named by a record, announced by an upload, stored or refused."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from cairn.kernel.commands import Fact, command, handles, refers_to
from cairn.kernel.context import Context
from cairn.kernel.deliveries import deliver
from cairn.kernel.synced import Synced
from cairn.modules.files.models import File
from cairn.modules.identity.roles import INTERNAL

Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]


async def expect_files(
    ctx: Context, record: Synced, file_ids: Sequence[UUID], account_id: UUID | None, audience: Iterable[str]
) -> list[UUID]:
    """Hang files on a record, whether their bytes have come already or not; returns those that hang there now."""
    buckets = sorted(audience)
    about = {"kind": record.kind, "id": str(record.id)}
    hanging = []
    for file_id in file_ids:
        file = await ctx.find(File, file_id)
        if file is None:
            file = new_file(ctx, file_id, audience=buckets)
            file.about, file.account_id = about, account_id
            ctx.add(file)
        elif file.about is None and file.uploader_id == ctx.actor.user_id:
            file.about, file.account_id, file.audience, file.deleted_at = about, account_id, buckets, None
        elif file.about != about:
            ctx.flag("photo_of_another_record")
            continue
        hanging.append(file_id)
    return hanging


async def share_files(ctx: Context, record: Synced, file_ids: Iterable[UUID]) -> None:
    """Let those see a record's files who see the record now."""
    for file_id in file_ids:
        file = await ctx.find(File, file_id)
        if file is not None:
            file.audience = sorted(record.buckets())


def new_file(ctx: Context, file_id: UUID, *, audience: Sequence[str]) -> File:
    """A file of which nothing but its id is known yet."""
    return File(
        organization_id=ctx.organization_id,
        id=file_id,
        state="awaiting",
        uploader_id=ctx.actor.user_id,
        received_bytes=0,
        audience=list(audience),
    )


@command("files.announce", permission=INTERNAL)
class AnnounceFile(Fact, frozen=True):
    """An upload has begun: its name, type, length and digest are known."""

    id: UUID
    filename: Annotated[str, Meta(max_length=255)]
    filetype: Annotated[str, Meta(max_length=100)]
    bytes: int
    sha256: Sha256
    uploader_id: UUID
    expires_at: datetime


@handles(AnnounceFile)
async def announce_file(command: AnnounceFile, ctx: Context) -> None:
    file = await ctx.find(File, command.id)
    if file is None:
        file = new_file(ctx, command.id, audience=[f"user:{command.uploader_id}"])
        file.uploader_id = command.uploader_id
        ctx.add(file)
    has_come = file.received_bytes == command.bytes and file.sha256 == command.sha256
    if file.state == "stored" or (file.state == "awaiting" and has_come):
        return
    file.filename, file.filetype, file.bytes = command.filename, command.filetype, command.bytes
    file.sha256, file.expires_at = command.sha256, command.expires_at
    file.state, file.code, file.received_bytes = "awaiting", None, 0
    file.deleted_at = None


@command("files.receive", permission=INTERNAL)
class ReceiveFile(Fact, frozen=True):
    """The bytes are all here and agree with the digest; a worker has yet to look at them."""

    id: Annotated[UUID, refers_to(File)]
    sha256: Sha256


@handles(ReceiveFile)
async def receive_file(command: ReceiveFile, ctx: Context) -> None:
    file = await ctx.load(File, command.id)
    if file.state != "awaiting" or file.sha256 != command.sha256 or file.received_bytes == file.bytes:
        return
    file.received_bytes = file.bytes or 0
    payload = {"file_id": str(file.id)}
    deliver(ctx.session, ctx.organization_id, ctx.new_id(), "file", payload, ctx.received_at)


@command("files.finish", permission=INTERNAL)
class FinishFile(Fact, frozen=True):
    """The bytes were looked at: stored, or refused with a code."""

    id: Annotated[UUID, refers_to(File)]
    sha256: Sha256
    code: str | None = None
    filetype: str | None = None
    width: int | None = None
    height: int | None = None
    taken_at: datetime | None = None
    taken_position: dict[str, float] | None = None


@handles(FinishFile)
async def finish_file(command: FinishFile, ctx: Context) -> None:
    file = await ctx.load(File, command.id)
    if file.sha256 != command.sha256:
        return  # meanwhile another picture was announced in its place
    file.code = command.code
    file.state = "refused" if command.code else "stored"
    if command.code:
        return
    file.expires_at = None
    file.filetype = command.filetype or file.filetype
    file.width, file.height = command.width, command.height
    file.taken_at, file.taken_position = command.taken_at, command.taken_position
    file.uploaded_at = ctx.received_at


@command("files.forget", permission=INTERNAL)
class ForgetFile(Fact, frozen=True):
    """No record names it, and none will any more: the file goes."""

    id: Annotated[UUID, refers_to(File)]


@handles(ForgetFile)
async def forget_file(command: ForgetFile, ctx: Context) -> None:
    file = await ctx.load(File, command.id)
    if file.about is None:
        file.deleted_at = ctx.received_at
        file.state, file.code, file.received_bytes, file.expires_at = "awaiting", None, 0, None

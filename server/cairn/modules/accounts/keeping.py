"""Notes of what a person reported that no record could take."""

from collections.abc import Iterable, Sequence
from uuid import UUID, uuid5

from cairn.kernel.context import Context
from cairn.modules.accounts.models import Note, work_bucket
from cairn.modules.files.commands import expect_files


async def keep_beside(
    ctx: Context,
    kind: str,
    record_id: UUID,
    *,
    account_id: UUID | None,
    audience: Iterable[str],
    text: str,
    file_ids: Sequence[UUID] = (),
) -> None:
    """Keep beside a record what it cannot hold, with its files; the same news told again makes no second note."""
    note_id = uuid5(record_id, f"{ctx.actor.user_id} {ctx.at.isoformat()} {text}")
    if await ctx.find(Note, note_id) is not None:
        return
    note = Note(
        organization_id=ctx.organization_id,
        id=note_id,
        about={"kind": kind, "id": str(record_id)},
        account_id=account_id,
        text=text,
        author_id=ctx.actor.user_id,
        at=ctx.at,
        created_at=ctx.received_at,
        audience=sorted({*audience, work_bucket(ctx.actor.user_id)}),
        flags=list(ctx.flags),
    )
    await expect_files(ctx, note, file_ids, account_id, note.audience)
    ctx.add(note)

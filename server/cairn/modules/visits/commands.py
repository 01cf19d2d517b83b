"""Commands on visits: planning is a decision, being there is a fact."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID, uuid5

from msgspec import Meta, Struct, to_builtins

from cairn.kernel.commands import Decision, Fact, command, handles, refers_to
from cairn.kernel.context import Context
from cairn.kernel.errors import DomainError
from cairn.modules.accounts.models import Account, Note, work_bucket
from cairn.modules.accounts.shapes import Moment, Position, Text, WrittenText
from cairn.modules.files.commands import expect_files
from cairn.modules.identity.roles import INTERNAL
from cairn.modules.visits.judging import judge, photo_evidence, previous_fix, remember_fix
from cairn.modules.visits.models import Visit, VisitPlan

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
MOST_PHOTOS = 20


class TimeOutOfRange(DomainError):
    """Nobody plans a visit for that year."""

    code = "time_out_of_range"
    http_status = 422


class PlanClosed(DomainError):
    """The plan was carried out or cancelled already."""

    code = "plan_closed"


class NextStepInput(Struct, frozen=True, forbid_unknown_fields=True):
    """A promise with its date; a bare text is one without."""

    text: WrittenText
    due_at: Moment | None = None


@command("visits.plan", permission="visits.plan", creates=VisitPlan)
class PlanVisit(Decision, frozen=True):
    """Mean to call on a customer (features.md 122)."""

    id: UUID
    account_id: Annotated[UUID, refers_to(Account)]
    starts_at: Moment
    purpose: Annotated[str, Meta(max_length=500)] | None = None


@handles(PlanVisit)
async def plan_visit(command: PlanVisit, ctx: Context) -> None:
    account = await ctx.load(Account, command.account_id)
    ctx.require_line(account.owner_id, name=account.name)
    if not EARLIEST <= command.starts_at <= LATEST:
        raise TimeOutOfRange(field="starts_at")
    ctx.create(VisitPlan, command, account_name=account.name, user_id=ctx.actor.user_id, state="planned")


@command("visits.cancel_plan", permission="visits.cancel_plan")
class CancelPlan(Decision, frozen=True):
    """Give a planned visit up."""

    id: Annotated[UUID, refers_to(VisitPlan)]


@handles(CancelPlan)
async def cancel_plan(command: CancelPlan, ctx: Context) -> None:
    plan = await ctx.load(VisitPlan, command.id)
    ctx.require_line(plan.user_id, name=plan.account_name)
    if plan.state == "done":
        raise PlanClosed(id=str(plan.id))
    plan.state = "cancelled"


@command("visits.check_in", permission="visits.check_in", creates=Visit)
class CheckInVisit(Fact, frozen=True):
    """Arrive at a customer (features.md 123–124)."""

    id: UUID
    account_id: Annotated[UUID, refers_to(Account)]
    position: Position
    plan_id: Annotated[UUID, refers_to(VisitPlan, optional=True)] | None = None
    photo_ids: Annotated[list[UUID], Meta(max_length=MOST_PHOTOS)] = []
    note: Text | None = None


@handles(CheckInVisit)
async def check_in_visit(command: CheckInVisit, ctx: Context) -> None:
    account = await ctx.find(Account, command.account_id)
    if account is None:
        ctx.flag("account_unknown")
    elif not ctx.actor.leads(account.owner_id):
        ctx.flag("not_owner")
    if account is not None and account.deleted_at is not None:
        ctx.flag("account_gone")
    visit = Visit(
        organization_id=ctx.organization_id,
        id=command.id,
        account_id=command.account_id,
        account_name=account.name if account is not None else "",
        user_id=ctx.actor.user_id,
        plan_id=command.plan_id,
        state="open",
        checked_in_at=ctx.at,
        received_at=ctx.received_at,
        position=to_builtins(command.position),
        photo_ids=[str(each) for each in command.photo_ids],
        note=command.note,
        flags=[],
        skew_s=ctx.skew_s,
    )
    await _fulfil_plan(ctx, visit)
    visit.previous_fix = await previous_fix(ctx, visit)
    await judge(ctx, visit, photos=[])
    await remember_fix(ctx, visit)
    if command.photo_ids:
        await expect_files(ctx, visit, command.photo_ids, command.account_id, visit.buckets())
    if account is not None and (account.last_visit_at is None or account.last_visit_at < visit.checked_in_at):
        account.last_visit_at = visit.checked_in_at
    ctx.add(visit)


async def _fulfil_plan(ctx: Context, visit: Visit) -> None:
    """A plan is done by a visit to its customer; any other plan is left alone and the visit says so."""
    if visit.plan_id is None:
        return
    plan = await ctx.find(VisitPlan, visit.plan_id)
    if plan is None or plan.account_id != visit.account_id:
        ctx.flag("plan_unknown")
    elif plan.state == "done":
        ctx.flag("plan_done_already")
    else:
        plan.state, plan.visit_id = "done", visit.id


@command("visits.check_out", permission="visits.check_out")
class CheckOutVisit(Fact, frozen=True):
    """Leave a customer, with a report and a next step (features.md 125)."""

    id: Annotated[UUID, refers_to(Visit)]
    report: Text
    position: Position | None = None
    next_step: Text | NextStepInput | None = None


@handles(CheckOutVisit)
async def check_out_visit(command: CheckOutVisit, ctx: Context) -> None:
    visit = await ctx.find(Visit, command.id)
    if visit is not None and visit.user_id != ctx.actor.user_id:
        ctx.flag("not_visitor")
    step = command.next_step
    next_step = NextStepInput(step) if isinstance(step, str) and step.strip() else step
    kept = to_builtins(next_step) if isinstance(next_step, NextStepInput) else None
    if visit is None:
        ctx.flag("visit_unknown")
        await _keep_as_notes(ctx, command, next_step, None, set())
        return
    if visit.state == "done":
        if (visit.report, visit.next_step) != (command.report, kept):
            ctx.flag("checked_out_already")
            await _keep_as_notes(ctx, command, next_step, visit.account_id, visit.buckets())
        return
    if ctx.at < visit.checked_in_at:
        ctx.flag("out_before_in")
    visit.state = "done"
    visit.checked_out_at, visit.check_out_received_at = ctx.at, ctx.received_at
    visit.check_out_position = to_builtins(command.position)
    visit.report, visit.next_step = command.report, kept
    visit.flags = sorted(set(visit.flags) | set(ctx.flags))


async def _keep_as_notes(
    ctx: Context,
    command: CheckOutVisit,
    next_step: NextStepInput | str | None,
    account_id: UUID | None,
    buckets: set[str],
) -> None:
    """A visit that nobody knows cannot end, nor can one end twice: the report and the promise are kept beside it."""
    promise = next_step.text if isinstance(next_step, NextStepInput) else ""
    for text in dict.fromkeys([each for each in (command.report, promise) if each] or [command.report]):
        note_id = uuid5(command.id, text)  # the same, however often the same check-out comes
        if await ctx.find(Note, note_id) is not None:
            continue
        ctx.add(
            Note(
                organization_id=ctx.organization_id,
                id=note_id,
                about={"kind": Visit.kind, "id": str(command.id)},
                account_id=account_id,
                text=text,
                author_id=ctx.actor.user_id,
                at=ctx.at,
                created_at=ctx.received_at,
                audience=sorted(buckets | {work_bucket(ctx.actor.user_id)}),
                flags=list(ctx.flags),
            )
        )


@command("visits.judge", permission=INTERNAL)
class JudgeVisit(Fact, frozen=True):
    """Weigh a visit anew: its photos have come."""

    id: Annotated[UUID, refers_to(Visit)]


@handles(JudgeVisit)
async def judge_visit_again(command: JudgeVisit, ctx: Context) -> None:
    visit = await ctx.load(Visit, command.id)
    await judge(ctx, visit, await photo_evidence(ctx, visit))

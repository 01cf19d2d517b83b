"""Designing a form is a decision; a filled one is a fact, kept whatever became of the ticket and of the form."""

from typing import Annotated, Any
from uuid import UUID

from msgspec import convert, to_builtins

from cairn.kernel.commands import Decision, Fact, command, handles, refers_to
from cairn.kernel.context import Context
from cairn.kernel.errors import DomainError
from cairn.modules.accounts.shapes import Name
from cairn.modules.checklists.following import open_follow_up
from cairn.modules.checklists.models import Checklist, ChecklistForm
from cairn.modules.checklists.rules import Verdict, fault_of, judge
from cairn.modules.checklists.shapes import Answers, FilledForm, FormPoint, FormPoints, TicketTypes
from cairn.modules.files.commands import expect_files
from cairn.modules.tickets.models import Ticket
from cairn.modules.tickets.recording import is_given_to_actor
from cairn.modules.tickets.rules import OPEN


class FormInvalid(DomainError):
    """A point of the form cannot be filled as it is meant. Params: `point_id`, `label`."""

    code = "form_invalid"
    http_status = 422


class FormEdited(DomainError):
    """Somebody else has changed the form since its editor opened it. Params: `version`, `seen_version`."""

    code = "form_edited"


@command("checklists.create_form", permission="checklists.create_form", creates=ChecklistForm)
class CreateForm(Decision, frozen=True):
    """A new form, for filling at customers."""

    id: UUID
    name: Name
    ticket_types: TicketTypes = []
    points: FormPoints = []


@handles(CreateForm)
async def create_form(command: CreateForm, ctx: Context) -> None:
    _check(command.points)
    edited = {"edited_at": ctx.at, "edited_by": ctx.actor.user_id}
    ctx.create(ChecklistForm, command, version=1, active=True, **edited)


@command("checklists.edit_form", permission="checklists.edit_form")
class EditForm(Decision, frozen=True):
    """A form's next version, whole: points of two editors that are mixed would be a form that neither has seen."""

    id: Annotated[UUID, refers_to(ChecklistForm)]
    seen_version: int
    name: Name
    ticket_types: TicketTypes
    points: FormPoints
    active: bool = True


@handles(EditForm)
async def edit_form(command: EditForm, ctx: Context) -> None:
    form = await ctx.load(ChecklistForm, command.id)
    wanted: dict[str, Any] = to_builtins(
        {name: getattr(command, name) for name in ("name", "ticket_types", "points", "active")}
    )
    if all(getattr(form, name) == value for name, value in wanted.items()):
        return
    if form.version != command.seen_version:
        raise FormEdited(version=form.version, seen_version=command.seen_version)
    _check(command.points)
    for name, value in wanted.items():
        setattr(form, name, value)
    form.version += 1
    form.edited_at, form.edited_by = ctx.at, ctx.actor.user_id


def _check(points: list[FormPoint]) -> None:
    """Raises FormInvalid."""
    fault = fault_of(points)
    if fault is not None:
        label = next(each.label for each in points if each.id == fault)
        raise FormInvalid(point_id=fault, label=label)


@command("checklists.submit", permission="checklists.submit", creates=Checklist)
class SubmitChecklist(Fact, frozen=True):
    """What was found at a customer, with the form as the phone showed it."""

    id: UUID
    ticket_id: Annotated[UUID, refers_to(Ticket)]
    form_id: Annotated[UUID, refers_to(ChecklistForm)]
    form: FilledForm
    answers: Answers


@handles(SubmitChecklist)
async def submit(command: SubmitChecklist, ctx: Context) -> None:
    ticket = await ctx.find(Ticket, command.ticket_id)
    verdict = judge(command.form.points, command.answers)
    follow_up = await open_follow_up(ctx, command.id, ticket, command.form.points, command.answers, verdict)
    _flag(ctx, ticket, verdict)
    _compare(ctx, command.form, await ctx.find(ChecklistForm, command.form_id))
    checklist = ctx.create(
        Checklist,
        command,
        account_id=ticket.account_id if ticket is not None else None,
        user_id=ctx.actor.user_id,
        at=ctx.at,
        received_at=ctx.received_at,
        failed=verdict.failed,
        in_order=verdict.in_order,
        counted=verdict.counted,
        follow_up=to_builtins(follow_up),
        flags=[],
    )
    photo_ids = [photo_id for answer in command.answers.values() for photo_id in answer.photo_ids]
    await expect_files(ctx, checklist, photo_ids, checklist.account_id, checklist.buckets())
    checklist.flags = list(ctx.flags)


def _flag(ctx: Context, ticket: Ticket | None, verdict: Verdict) -> None:
    if ticket is None:
        ctx.flag("ticket_unknown")
    else:
        is_given_to_actor(ctx, ticket)
        if ticket.status not in OPEN:
            ctx.flag("out_of_order")
    if verdict.missing:
        ctx.flag("incomplete")


def _compare(ctx: Context, filled: FilledForm, form: ChecklistForm | None) -> None:
    """Flags a form that has a newer version by now, or never was as it was filled."""
    if form is None:
        ctx.flag("form_unknown")
    elif form.version != filled.version:
        ctx.flag("form_changed")
    elif (form.name, convert(form.points, FormPoints)) != (filled.name, filled.points):
        ctx.flag("form_differs")

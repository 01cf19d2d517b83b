"""A ticket for what was found wrong, where the form says that it needs one."""

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid5

from cairn.kernel.context import Context
from cairn.modules.checklists.models import FollowUp
from cairn.modules.checklists.rules import Verdict
from cairn.modules.checklists.shapes import FormPoint, PointAnswer
from cairn.modules.checklists.words import found_words, limit_words
from cairn.modules.identity.models import Organization
from cairn.modules.tickets.commands import CreateTicket, open_ticket
from cairn.modules.tickets.models import Ticket
from cairn.modules.tickets.report_words import Language, language_of

LONGEST_TITLE, LONGEST_DESCRIPTION = 200, 10_000


async def open_follow_up(
    ctx: Context,
    checklist_id: UUID,
    ticket: Ticket | None,
    points: Sequence[FormPoint],
    answers: Mapping[str, PointAnswer],
    verdict: Verdict,
) -> FollowUp | None:
    """One ticket for all failed points of a checklist that ask for one; its id follows from the checklist's."""
    wanted = [point for point in points if point.id in verdict.failed and point.follow_up]
    if ticket is None or not wanted:
        return None
    follow_up = FollowUp(uuid5(checklist_id, "follow_up"), [point.id for point in wanted])
    if await ctx.find(Ticket, follow_up.ticket_id) is not None:
        return follow_up
    organization = await ctx.load(Organization, ctx.organization_id)
    language = language_of(organization.locale)
    lines = [_line(point, answers[point.id], language) for point in wanted]
    more = f" (+{len(lines) - 1})" if len(lines) > 1 else ""
    request = CreateTicket(
        id=follow_up.ticket_id,
        account_id=ticket.account_id,
        type="repair",
        title=lines[0].partition("\n")[0][: LONGEST_TITLE - len(more)] + more,
        description="\n".join(lines)[:LONGEST_DESCRIPTION],
        product=ticket.product,
        site_id=ticket.site_id,
        contact_id=ticket.contact_id,
    )
    await open_ticket(ctx, request, follows_id=ticket.id)
    return follow_up


def _line(point: FormPoint, answer: PointAnswer, language: Language) -> str:
    """Which point, what was found, what it should be, and what the technician says about it."""
    colon, opening, closing = ("：", "（", "）") if language == "zh" else (": ", " (", ")")
    limits = limit_words(point, language)
    said = f"{point.label}{colon}{found_words(point, answer, language)}"
    said += f"{opening}{limits}{closing}" if limits else ""
    return said + (f"\n{answer.remark}" if answer.remark else "")

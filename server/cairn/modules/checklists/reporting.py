"""What was inspected on a job, for its service report."""

from msgspec import convert
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cairn.kernel.printable import printable
from cairn.modules.checklists.models import Checklist
from cairn.modules.checklists.rules import Verdict, judge
from cairn.modules.checklists.shapes import Answers, FilledForm, FormPoint, PointAnswer
from cairn.modules.checklists.words import WORDS, found_words, limit_words
from cairn.modules.identity.models import User
from cairn.modules.tickets.report_contents import Finding, Inspection, Sources
from cairn.modules.tickets.report_words import Language, moment_words

MOST_INSPECTIONS = 10
LONGEST_LINE = 300


async def inspections_of(session: AsyncSession, sources: Sources, language: Language) -> list[Inspection]:
    """The newest checklists of the ticket, the oldest of them first."""
    ticket = sources.ticket
    filled = (
        select(Checklist, User.name)
        .outerjoin(User, (User.organization_id == Checklist.organization_id) & (User.id == Checklist.user_id))
        .where(Checklist.organization_id == ticket.organization_id, Checklist.ticket_id == ticket.id)
        .order_by(Checklist.at.desc(), Checklist.id)
        .limit(MOST_INSPECTIONS)
    )
    rows = (await session.execute(filled)).all()
    return [_inspection(checklist, name or "—", sources, language) for checklist, name in reversed(rows)]


def _inspection(checklist: Checklist, name: str, sources: Sources, language: Language) -> Inspection:
    form, answers = convert(checklist.form, FilledForm), convert(checklist.answers, Answers)
    verdict = judge(form.points, answers)
    words = WORDS[language]
    findings = [
        _finding(point, answers.get(point.id) or PointAnswer(), verdict, language)
        for point in form.points
        if point.id in verdict.shown
    ]
    return Inspection(
        title=_line(form.name),
        filled=f"{moment_words(checklist.at, sources.zone, language)} · {_line(name)}",
        summary=words["summary"].format(in_order=verdict.in_order, counted=verdict.counted),
        findings=findings,
    )


def _finding(point: FormPoint, answer: PointAnswer, verdict: Verdict, language: Language) -> Finding:
    if point.kind == "section":
        return Finding(_line(point.label), is_heading=True)
    found = found_words(point, answer, language) or WORDS[language]["not_answered"]
    remarked = " · ".join(filter(None, (found, answer.remark)))
    failed = point.id in verdict.failed
    return Finding(_line(point.label), _line(remarked), limit_words(point, language), failed)


def _line(text: str) -> str:
    return printable(text.replace("\n", " "), LONGEST_LINE)

"""What a service report says, as plain words in one language; the template only places them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct, convert

from cairn.kernel.printable import printable
from cairn.modules.accounts.models import Account, Contact, Site
from cairn.modules.tickets.models import Handover, Ticket, TicketPhoto
from cairn.modules.tickets.report_words import WORDS, Language, moment_words
from cairn.modules.tickets.rules import LEAVING, TraceEntry, WorkSession, minutes_by_person

LONGEST_LINE, LONGEST_TEXT = 200, 4_000
MOST_VISITS, MOST_SESSIONS, MOST_PHOTOS = 20, 60, 12
NUMBER_DIGITS = 8


@dataclass(frozen=True)
class Sources:
    """The records that a report is made of, and the names of the people in them."""

    company: str
    zone: ZoneInfo
    ticket: Ticket
    account: Account | None
    site: Site | None
    contact: Contact | None
    names: Mapping[UUID, str]
    stored: frozenset[UUID]
    """Those of its photos whose bytes are here."""


class Paragraph(Struct):
    """What somebody wrote down, and who and when."""

    head: str
    text: str


class Photo(Struct):
    """A picture by its file's name, and what stands below it."""

    name: str
    caption: str


class Finding(Struct):
    """A line of an inspection, or the heading of those that follow, which has no `found`."""

    label: str
    found: str = ""
    limits: str = ""
    failed: bool = False
    is_heading: bool = False


class Inspection(Struct):
    """A checklist that was filled on the job: its name, who filled it when, what it came to, and each point."""

    title: str
    filled: str
    summary: str
    findings: list[Finding]


class Signature(Struct):
    """The strokes in thousandths of the field's width, or what was said instead."""

    strokes: list[list[list[int]]]
    facts: list[tuple[str, str]]


class Contents(Struct, kw_only=True):
    """Everything on the page; a list that is too long says in `more` how many are left out."""

    language: Language
    words: dict[str, str]
    title: str
    company: str
    number: str
    made: str
    facts: list[tuple[str, str]]
    request: list[Paragraph]
    work: list[Paragraph]
    sessions: list[tuple[str, str, str, str, str]]
    totals: list[tuple[str, str]]
    inspections: list[Inspection] = []
    photos: list[Photo]
    photos_note: str
    signature: Signature | None
    rating: list[tuple[str, str]]
    notes: dict[str, str]
    """What is left out, below the part that it is left out of."""


def number_of(ticket_id: UUID) -> str:
    """What people call a ticket on the telephone: the last digits of its id."""
    return ticket_id.hex[-NUMBER_DIGITS:].upper()


def photos_of(ticket: Ticket) -> list[TicketPhoto]:
    """Its photos in the order of a report: before, after, then the others."""
    order = ("before", "after", "other")
    return sorted(convert(ticket.photos, list[TicketPhoto]), key=lambda photo: (order.index(photo.moment), photo.at))


def picture_name(photo_id: UUID) -> str:
    return f"{photo_id}.jpg"


def contents_of(sources: Sources, language: Language, now: datetime) -> Contents:
    """The report of a ticket as it stands."""
    return _Writer(sources, language).contents(now)


class _Writer:
    def __init__(self, sources: Sources, language: Language) -> None:
        self._sources = sources
        self._ticket = sources.ticket
        self._language = language
        self._words = WORDS[language]
        self._trace = sorted(convert(self._ticket.trace, list[TraceEntry]), key=lambda entry: entry.at)

    def contents(self, now: datetime) -> Contents:
        ticket, words = self._ticket, self._words
        visits = [entry for entry in self._trace if entry.event in LEAVING and entry.text]
        sessions = convert(ticket.work, list[WorkSession])
        photos = [photo for photo in photos_of(ticket) if photo.photo_id in self._sources.stored]
        totals = minutes_by_person(sessions)
        return Contents(
            language=self._language,
            words=dict(words),
            title=words["title"],
            company=_line(self._sources.company),
            number=number_of(ticket.id),
            made=self._moment(now),
            facts=self._facts(visits),
            request=[Paragraph(_line(ticket.title), _text(ticket.description))],
            work=[Paragraph(self._by(entry), _text(entry.text)) for entry in visits[-MOST_VISITS:]],
            sessions=[self._session(each) for each in sessions[-MOST_SESSIONS:]],
            totals=[(self._name(user_id), str(minutes)) for user_id, minutes in totals.items()][:MOST_SESSIONS],
            photos=[self._photo(photo) for photo in photos[:MOST_PHOTOS]],
            photos_note=self._note("photos_awaited", len(ticket.photos) - len(photos)),
            signature=self._signature(),
            rating=self._rating(),
            notes={
                "work": self._note("more", len(visits) - MOST_VISITS),
                "sessions": self._note("more", len(sessions) - MOST_SESSIONS),
                "photos": self._note("more", len(photos) - MOST_PHOTOS),
            },
        )

    def _facts(self, visits: list[TraceEntry]) -> list[tuple[str, str]]:
        ticket, account, site, contact = (
            self._ticket,
            self._sources.account,
            self._sources.site,
            self._sources.contact,
        )
        place = [site.name, site.address] if site is not None else [account.address if account is not None else None]
        reached = [contact.name, contact.phone] if contact is not None else []
        finished = [entry.at for entry in visits if entry.event == "sign_out"]
        return self._named(
            ("customer", account.name if account is not None else ticket.account_name),
            ("place", " · ".join(filter(None, place))),
            ("contact", " · ".join(filter(None, reached))),
            ("type", self._words[ticket.type]),
            ("product", ticket.product),
            ("asked", self._moment(ticket.created_at)),
            ("finished", self._moment(finished[-1]) if finished else None),
            ("solved", None if ticket.solved is None else self._words["yes" if ticket.solved else "no"]),
        )

    def _session(self, session: WorkSession) -> tuple[str, str, str, str, str]:
        unknown = self._words["unknown"]
        ends = [self._moment(at) if at else unknown for at in (session.signed_in_at, session.signed_out_at)]
        minutes = unknown if session.minutes is None else str(session.minutes)
        return self._name(session.user_id), ends[0], ends[1], str(len(session.pauses) or ""), minutes

    def _photo(self, photo: TicketPhoto) -> Photo:
        caption = " · ".join(filter(None, (self._words[photo.moment], photo.caption)))
        return Photo(picture_name(photo.photo_id), _line(caption))

    def _signature(self) -> Signature | None:
        if self._ticket.handover is None:
            return None
        handover = convert(self._ticket.handover, Handover)
        said = ("refused", handover.reason or "—") if handover.refused else ("signed_by", handover.signed_by)
        return Signature(handover.strokes, self._named(said, ("signed_at", self._moment(handover.at))))

    def _rating(self) -> list[tuple[str, str]]:
        """What the customer told whoever called back; what they sealed on the technician's phone stays sealed."""
        ticket = self._ticket
        marks = ticket.satisfaction
        return self._named(
            ("satisfaction", None if marks is None else self._words["of_five"].format(count=marks)),
            ("comment", ticket.comment),
        )

    def _named(self, *facts: tuple[str, str | None]) -> list[tuple[str, str]]:
        return [(self._words[name], _line(value)) for name, value in facts if value]

    def _by(self, entry: TraceEntry) -> str:
        return f"{self._moment(entry.at)} · {self._name(entry.by)}"

    def _note(self, name: str, count: int) -> str:
        return self._words[name].format(count=count) if count > 0 else ""

    def _name(self, user_id: UUID) -> str:
        return _line(self._sources.names.get(user_id, "—"))

    def _moment(self, at: datetime) -> str:
        return moment_words(at, self._sources.zone, self._language)


def people_of(ticket: Ticket) -> set[UUID]:
    """Everybody whose name a report may need."""
    entries: Iterable[Mapping[str, Any]] = (*ticket.trace, *ticket.work)
    return {UUID(str(each.get("by") or each.get("user_id"))) for each in entries}


def _line(text: str | None) -> str:
    return printable((text or "").replace("\n", " "), LONGEST_LINE)


def _text(text: str | None) -> str:
    return printable(text or "", LONGEST_TEXT)

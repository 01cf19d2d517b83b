"""A client of the protocol, for tests, simulations and tools: an outbox, a store in memory, push and pull.

It keeps every promise of the phone's side but draws nothing: there is no optimistic overlay here.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cairnsync.checks import checks_of, mismatches
from cairnsync.clock import Clock
from cairnsync.messages import SCHEMA_VERSION

Json = dict[str, Any]
Post = Callable[[str, Json], Awaitable[tuple[int, Json]]]
"""Send JSON to a path; the status and the JSON that came back. Raises ConnectionError when nothing did."""

MOST_PAGES = 10_000
MOST_REFETCHES = 3
MOST_ATTEMPTS = 5
RECEIPT_FIELDS = ("seq", "status", "code", "params", "flags", "conflicts")
KEEP_ACKNOWLEDGED = timedelta(days=7)
"""How long what the server has done is kept, in case it is restored from a backup."""


class Refused(Exception):
    """The server refused the whole request; nothing was lost."""

    def __init__(self, status: int, code: str, params: Json) -> None:
        super().__init__(f"{status} {code} {params}")
        self.status, self.code, self.params = status, code, params


@dataclass
class Entry:
    """A recorded mutation, and its receipt once there is one."""

    seq: int
    name: str
    args: Json
    at: datetime
    v: int = 1
    receipt: Json | None = None
    acknowledged_at: datetime | None = None
    sent_as: tuple[str, int] | None = None
    """Device and seq under which the receipt was given: a late one names these."""

    @property
    def is_parked(self) -> bool:
        return self.receipt is not None and self.receipt["status"] == "parked"

    @property
    def wire(self) -> Json:
        at = self.at.isoformat().replace("+00:00", "Z")
        return {"seq": self.seq, "name": self.name, "v": self.v, "at": at, "args": self.args}


@dataclass
class Client:
    """One device."""

    device: UUID
    post: Post
    clock: Clock
    new_device: Callable[[], UUID]
    page_rows: int = 5000
    batch: int = 500
    epoch: str | None = None
    cursor: str | None = None
    outbox: list[Entry] = field(default_factory=list)
    held: dict[tuple[str, str, str], tuple[int, Json]] = field(default_factory=dict)
    """(bucket, kind, id) → (seq, document)."""
    next_seq: int = 1
    dropped: list[str] = field(default_factory=list)

    def record(self, name: str, args: Json, v: int = 1) -> Entry:
        """Note a mutation; it waits for the next sync."""
        entry = Entry(self.next_seq, name, args, self.clock.now(), v)
        self.next_seq += 1
        self.outbox.append(entry)
        return entry

    @property
    def waiting(self) -> list[Entry]:
        return [entry for entry in self.outbox if entry.receipt is None]

    def documents(self, kind: str) -> dict[str, Json]:
        """What this device shows of a kind, by id: the newest of the versions in its buckets."""
        found: dict[str, tuple[int, Json]] = {}
        for (_bucket, each, record_id), (seq, document) in self.held.items():
            if each == kind and found.get(record_id, (-1, {}))[0] < seq:
                found[record_id] = (seq, document)
        return {record_id: document for record_id, (_seq, document) in found.items()}

    async def sync(self) -> None:
        """Push what waits, then pull until nothing is missing."""
        for _ in range(MOST_ATTEMPTS):
            try:
                if self.epoch is None:
                    await self.hello()
                await self.push()
                await self.pull()
                return
            except Refused as refused:
                await self._recover(refused)
        raise RuntimeError("the server and this device do not come to terms")

    async def hello(self) -> None:
        """Introduce the device; an epoch other than the known one means that history was rewritten."""
        answer = await self._post(
            "/sync/hello",
            {
                "device": str(self.device),
                "schema": SCHEMA_VERSION,
                "app": "cairnsync",
                "platform": "python",
                "name": "client",
                "report": self._report(self.waiting),
            },
        )
        if self.epoch is not None and self.epoch != answer["epoch"]:
            self._begin_epoch(answer["last_seq"])
        self.epoch = answer["epoch"]

    def _report(self, waiting: list[Entry]) -> Json:
        """What this device says of itself: how much is left behind, and for how long."""
        ages_s = [max(0.0, (self.clock.now() - entry.at).total_seconds()) for entry in waiting]
        return {"unsent": len(waiting), "oldest_age_s": max(ages_s, default=None)}

    async def push(self) -> None:
        while batch := self.waiting[: self.batch]:
            answer = await self._post(
                "/sync/push",
                {
                    "device": str(self.device),
                    "epoch": self.epoch,
                    "confirmed": batch[0].seq - 1,
                    "sent_at": self.clock.now().isoformat().replace("+00:00", "Z"),
                    "mutations": [entry.wire for entry in batch],
                    "report": self._report(self.waiting[len(batch) :]),
                },
            )
            receipts = {receipt["seq"]: receipt for receipt in answer["receipts"]}
            for entry in batch:
                entry.receipt = receipts[entry.seq]
                entry.acknowledged_at = self.clock.now()
                entry.sent_as = (str(self.device), entry.seq)

    async def pull(self) -> None:
        refetch: list[str] = []
        refetches = 0
        for _ in range(MOST_PAGES):
            answer = await self._post(
                "/sync/pull",
                {
                    "device": str(self.device),
                    "cursor": self.cursor,
                    "limit": self.page_rows,
                    "refetch": refetch,
                },
            )
            self._store(answer)
            refetch = []
            if answer["more"]:
                continue
            refetch = self._mismatches(answer["checks"])
            if not refetch:
                return
            refetches += 1
            if refetches > MOST_REFETCHES:
                raise RuntimeError(f"the server and this device do not agree about {refetch}")
        raise RuntimeError("the pull has no end")

    def _store(self, answer: Json) -> None:
        if answer["reset"]:
            self.held.clear()
        for bucket in answer["drop"]:
            self.dropped.append(bucket)
            for key in [key for key in self.held if key[0] == bucket]:
                del self.held[key]
        for bucket, kind, record_id, seq, document in answer["rows"]:
            key = (bucket, kind, record_id)
            if key in self.held and self.held[key][0] > seq:
                continue
            if document is None:
                self.held.pop(key, None)
            else:
                self.held[key] = (seq, document)
                if kind == "receipt":
                    self._take_late_receipt(document)
        self.cursor = answer["cursor"]

    def _take_late_receipt(self, document: Json) -> None:
        """The final verdict on a parked mutation; one that is final already stands."""
        for entry in self.outbox:
            if entry.sent_as == (document["device_id"], document["seq"]) and entry.is_parked:
                entry.receipt = {name: document[name] for name in RECEIPT_FIELDS}
                entry.acknowledged_at = self.clock.now()

    def _mismatches(self, checks: list[tuple[str, int, int]]) -> list[str]:
        held = checks_of((bucket, kind, record_id, seq) for (bucket, kind, record_id), (seq, _) in self.held.items())
        return mismatches(held, [(name, count, total) for name, count, total in checks])

    async def _recover(self, refused: Refused) -> None:
        match refused.code:
            case "epoch_changed" | "device_unknown":
                await self.hello()
                self.cursor = None if refused.code == "epoch_changed" else self.cursor
            case "sequence_reused":
                self.device = self.new_device()
                self._renumber(self.waiting)
                self.epoch = None
            case "sequence_gap":
                last_seq = refused.params["last_seq"]
                if not any(entry.seq == last_seq + 1 for entry in self.outbox):
                    raise refused
                for entry in self.outbox:
                    if entry.seq > last_seq:
                        entry.receipt = None
            case "device_revoked" if refused.params.get("wipe"):
                await self._erase()
                raise refused
            case _:
                raise refused

    async def _erase(self) -> None:
        """Somebody wants nothing of this to be left: what could be sent has been, since push comes before pull."""
        lost = len(self.waiting)
        self.outbox, self.held, self.cursor, self.epoch = [], {}, None, None
        await self.post("/sync/wiped", {"device": str(self.device), "lost": lost})

    def _begin_epoch(self, last_seq: int) -> None:
        """The server's history was rewritten: send again what it may have lost, under new numbers."""
        self.cursor = None
        again = [entry for entry in self.outbox if self._is_lost(entry)]
        self.next_seq = last_seq + 1
        self._renumber(again, self.next_seq)

    def _is_lost(self, entry: Entry) -> bool:
        """Whether a restored server may lack it: what waits, and what was done in the last days."""
        if entry.receipt is None or entry.acknowledged_at is None:
            return True
        recently = self.clock.now() - entry.acknowledged_at <= KEEP_ACKNOWLEDGED
        return recently and entry.receipt["status"] != "rejected"

    def _renumber(self, entries: list[Entry], first: int = 1) -> None:
        for offset, entry in enumerate(entries):
            entry.seq, entry.receipt = first + offset, None
        self.next_seq = first + len(entries)
        self.outbox = entries

    async def _post(self, path: str, body: Json) -> Json:
        status, answer = await self.post(path, body)
        if status != 200:
            raise Refused(status, answer.get("code", "unknown"), answer.get("params", {}))
        return answer

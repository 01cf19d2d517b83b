"""A client of the protocol, for tests, simulations and tools: an outbox, a store in memory, push and pull.

It keeps every promise of the phone's side but draws nothing: there is no optimistic overlay here.
"""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cairnsync.checks import checks_of, mismatches
from cairnsync.clock import Clock
from cairnsync.messages import SCHEMA_VERSION
from cairnsync.patience import Chance, back_off_s

Json = dict[str, Any]
Post = Callable[[str, Json], Awaitable[tuple[int, Json]]]
"""Send JSON to a path; the status and the JSON that came back. Raises ConnectionError when nothing did."""

MOST_PAGES = 10_000
MOST_REFETCHES = 3
MOST_ATTEMPTS = 16
BUSY = (429, 503)
"""Refusals that pass by themselves."""
RECEIPT_FIELDS = ("seq", "status", "code", "params", "flags", "conflicts")
KEEP_ACKNOWLEDGED = timedelta(days=7)
"""How long what the server has done is kept, in case it is restored from a backup."""
MOST_ACKNOWLEDGED = 10_000
"""And how much of it, the newest."""


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
    schema: int = SCHEMA_VERSION
    """The version of the documents that this app reads, and below that of those it holds."""
    held_schema: int = SCHEMA_VERSION
    epoch: str | None = None
    cursor: str | None = None
    outbox: list[Entry] = field(default_factory=list)
    held: dict[tuple[str, str, str], tuple[int, Json]] = field(default_factory=dict)
    """(bucket, kind, id) → (seq, document)."""
    next_seq: int = 1
    greeted: bool = False
    """Whether hello was said since the start or the last failure."""
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
                if not self.greeted:
                    await self.hello()
                await self.push()
                await self.pull()
                self._forget_old()
                return
            except Refused as refused:
                await self._recover(refused)
            except BaseException:
                self.greeted = False
                raise
        raise RuntimeError("the server and this device do not come to terms")

    async def sync_patiently(
        self, attempts: int, pause: Callable[[float], Awaitable[None]], chance: Chance = random.random
    ) -> None:
        """The same over a bad line and with a busy server, waiting between attempts; raises what the last one met."""
        for attempt in range(attempts):
            try:
                return await self.sync()
            except (ConnectionError, Refused) as error:
                is_last = attempt == attempts - 1
                if is_last or (isinstance(error, Refused) and error.status not in BUSY):
                    raise
                asked_s = float(error.params.get("retry_after_s", 0)) if isinstance(error, Refused) else 0.0
            await pause(back_off_s(attempt, chance, asked_s))

    async def hello(self) -> None:
        """Introduce the device; an epoch other than the known one means that history was rewritten.

        Documents of another schema are all fetched anew.
        """
        answer = await self._post(
            "/sync/hello",
            {
                "device": str(self.device),
                "schema": self.schema,
                "app": "cairnsync",
                "platform": "python",
                "name": "client",
                "report": self._report(self.waiting),
            },
        )
        if self.epoch is not None and self.epoch != answer["epoch"]:
            self.cursor = None
            self._renumber(answer["last_seq"], self._is_recent)
        if self.held_schema != self.schema:
            self.cursor, self.held_schema = None, self.schema
        self.epoch = answer["epoch"]
        self.greeted = True

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
            self._check_epoch(answer)
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
            self._check_epoch(answer)
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

    def _check_epoch(self, answer: Json) -> None:
        if answer["epoch"] != self.epoch:
            raise Refused(409, "epoch_changed", {"epoch": answer["epoch"]})

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
        self.greeted = False
        match refused.code:
            case "epoch_changed" | "device_unknown":
                pass
            case "sequence_reused":
                self.device = self.new_device()
                self._renumber(0, lambda _entry: False)
            case "sequence_gap":
                last_seq = refused.params["last_seq"]
                self._renumber(last_seq, lambda entry: entry.seq > last_seq)
            case "device_revoked" if refused.params.get("wipe"):
                await self._erase()
                raise refused
            case _:
                raise refused

    async def _erase(self) -> None:
        """What could be sent has been, since push comes before pull; nothing of the rest is to be left."""
        lost, self.outbox, self.held, self.cursor = len(self.waiting), [], {}, None
        await self.post("/sync/wiped", {"device": str(self.device), "lost": lost})

    def _is_recent(self, entry: Entry) -> bool:
        """A restored server may lack what it had acknowledged: the last seven days go again."""
        return entry.acknowledged_at is not None and self.clock.now() - entry.acknowledged_at <= KEEP_ACKNOWLEDGED

    def _renumber(self, last_seq: int, again: Callable[[Entry], bool]) -> None:
        """Number anew what waits, and what was acknowledged but is lost there (PROTOCOL.md §7.3)."""
        free = min(0, *(entry.seq for entry in self.outbox)) - 1 if self.outbox else -1
        self.next_seq = last_seq + 1
        for entry in self.outbox:
            if entry.receipt is None or (entry.receipt["status"] != "rejected" and again(entry)):
                entry.seq, entry.receipt, entry.acknowledged_at = self.next_seq, None, None
                self.next_seq += 1
            elif entry.seq > last_seq:
                entry.seq, free = free, free - 1

    def _forget_old(self) -> None:
        """Acknowledged mutations are kept for seven days, refused ones until their user has seen them."""
        done = [entry for entry in self.outbox if entry.receipt and entry.receipt["status"] in ("applied", "merged")]
        kept = [entry for entry in done if self._is_recent(entry)][-MOST_ACKNOWLEDGED:]
        forgotten = {entry.seq for entry in done} - {entry.seq for entry in kept}
        self.outbox = [entry for entry in self.outbox if entry.seq not in forgotten]

    async def _post(self, path: str, body: Json) -> Json:
        status, answer = await self.post(path, body)
        if status != 200:
            raise Refused(status, answer.get("code", "unknown"), answer.get("params", {}))
        return answer

"""A client written from the protocol's page alone: plain JSON over HTTP, nothing shared with the server's code."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from httpx import AsyncClient, Response

Json = dict[str, Any]
Row = tuple[str, str, str]


def stamp(moment: datetime) -> str:
    """A time as the wire has it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


@dataclass
class Wire:
    """One device: its numbers, its cursor and what it holds."""

    http: AsyncClient
    device: str
    now: str
    epoch: str = ""
    last_seq: int = 0
    cursor: str | None = None
    held: dict[Row, tuple[int, Json]] = field(default_factory=dict)
    """(bucket, kind, id) → (seq, document)."""
    pages: list[Json] = field(default_factory=list)

    async def hello(self, **changes: Any) -> Response:
        body = {"device": self.device, "schema": 1, "app": "wire 1", "platform": "test", "name": "test phone"}
        answer = await self.http.post("/sync/hello", json=body | changes)
        if answer.status_code == 200:
            self.epoch, self.last_seq = answer.json()["epoch"], answer.json()["last_seq"]
        return answer

    def mutation(self, seq: int, name: str, args: Any, **changes: Any) -> Json:
        return {"seq": seq, "name": name, "v": 1, "at": self.now, "args": args} | changes

    def envelope(self, mutations: Iterable[Any], **changes: Any) -> Json:
        body = {"device": self.device, "epoch": self.epoch, "confirmed": 0, "sent_at": self.now}
        return body | {"mutations": list(mutations)} | changes

    async def push(self, mutations: Iterable[Any], **changes: Any) -> Response:
        return await self.push_text(json.dumps(self.envelope(mutations, **changes)))

    async def push_text(self, body: str | bytes) -> Response:
        return await self.http.post("/sync/push", content=body, headers={"Content-Type": "application/json"})

    async def send(self, *mutations: tuple[str, Json], **changes: Any) -> list[Json]:
        """Push the next mutations and answer their receipts."""
        numbered = [self.mutation(self.last_seq + 1 + i, *each) for i, each in enumerate(mutations)]
        answer = await self.push(numbered, **changes)
        assert answer.status_code == 200, answer.text
        self.last_seq = answer.json()["last_seq"]
        receipts: list[Json] = answer.json()["receipts"]
        assert [each["seq"] for each in receipts] == [each["seq"] for each in numbered]
        return receipts

    async def give(self, name: str, args: Json, **changes: Any) -> Json:
        """Push one mutation and answer its receipt."""
        return (await self.send((name, args), **changes))[0]

    async def page(self, **changes: Any) -> Response:
        body = {"device": self.device, "cursor": self.cursor} | changes
        return await self.http.post("/sync/pull", json=body)

    async def pull(self, limit: int = 5000, refetch: Iterable[str] = (), most_pages: int = 2_000) -> list[Json]:
        """Pull until nothing is missing; afterwards everything held must agree with the checks."""
        self.pages = []
        for _ in range(most_pages):
            answer = await self.page(limit=limit, refetch=list(refetch))
            assert answer.status_code == 200, answer.text
            self.take(answer.json())
            refetch = ()
            if not self.pages[-1]["more"]:
                self.assert_checks(self.pages[-1]["checks"])
                return self.pages
        raise AssertionError("the pull has no end")

    def take(self, page: Json) -> None:
        """Store a page as the protocol says."""
        self.pages.append(page)
        if page["reset"]:
            self.held.clear()
        for bucket in page["drop"]:
            self.held = {key: value for key, value in self.held.items() if key[0] != bucket}
        for bucket, kind, record_id, seq, document in page["rows"]:
            key = (bucket, kind, record_id)
            if self.held.get(key, (0, {}))[0] > seq:
                continue
            if document is None:
                self.held.pop(key, None)
            else:
                self.held[key] = (seq, document)
        self.cursor = page["cursor"]

    def assert_checks(self, checks: list[tuple[str, int, int]]) -> None:
        for bucket, count, total in checks:
            seqs = [seq for (name, _, _), (seq, _) in self.held.items() if name == bucket]
            assert (len(seqs), sum(seqs) % 2**53) == (count, total), bucket

    def documents(self, kind: str) -> dict[str, Json]:
        """By id; a document that lies in two buckets must be the same in both."""
        found: dict[str, tuple[int, Json]] = {}
        for (_, each, record_id), value in self.held.items():
            if each == kind:
                assert found.setdefault(record_id, value) == value
        return {record_id: document for record_id, (_, document) in found.items()}

    def buckets(self) -> set[str]:
        return {bucket for bucket, _, _ in self.held}

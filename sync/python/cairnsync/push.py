"""The server's half of a push: which mutations are new, which are replays, and what is wrong with the rest.

Pure: the caller supplies what it knows of the device and carries out what is fresh.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from cairnsync.errors import Malformed, SequenceGap, SequenceReused, TooLarge
from cairnsync.messages import LIMITS, Mutation, Numbered, PushRequest
from cairnsync.splitting import split_array, split_object

_request = msgspec.json.Decoder(PushRequest)
_mutation = msgspec.json.Decoder(Mutation)
_numbered = msgspec.json.Decoder(Numbered)
_PATH = re.compile(r" - at `\$([^`]*)`$")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a mutation cannot be read: where, and what for a developer."""

    path: str
    reason: str


@dataclass(slots=True)
class Received:
    """A mutation as it came: either readable, or a number with a fault."""

    seq: int
    raw: bytes
    mutation: Mutation | None = None
    fault: Fault | None = None


@dataclass
class Plan:
    """What a push comes to: replays are answered from the log, the fresh ones are carried out in order."""

    replayed: list[Received] = field(default_factory=list)
    fresh: list[Received] = field(default_factory=list)


def read_push(body: bytes) -> tuple[PushRequest, list[Received]]:
    """Read an envelope and, one by one, its mutations; raises TooLarge, Malformed."""
    if len(body) > LIMITS.bytes:
        raise TooLarge(bytes=len(body), limit=LIMITS.bytes)
    try:
        request = _request.decode(body)
        mutations = [bytes(raw) for raw in request.mutations]
    except msgspec.ValidationError as error:
        if "length <=" in str(error) and "mutations" in str(error):
            raise TooLarge(limit=LIMITS.mutations) from error
        raise Malformed(path=_fault(error).path, reason=_fault(error).reason) from error
    except (msgspec.DecodeError, ValueError, RecursionError):
        request, mutations = _read_apart(body)
    if request.sent_at.tzinfo is None:
        raise Malformed(path="$.sent_at", reason="a time needs a zone")
    return request, [_read_mutation(raw, index) for index, raw in enumerate(mutations)]


def _read_apart(body: bytes) -> tuple[PushRequest, list[bytes]]:
    """Read an envelope of which some part is no JSON: the other mutations must not suffer from it."""
    fields = split_object(body)
    if b"mutations" not in fields:
        raise Malformed(path="$", reason="not JSON, or no mutations in it")
    mutations = split_array(fields.pop(b"mutations"))
    if len(mutations) > LIMITS.mutations:
        raise TooLarge(limit=LIMITS.mutations)
    rest = b",".join(b'"%s":%s' % item for item in fields.items())
    try:
        return _request.decode(b'{%s,"mutations":[]}' % rest if rest else b"{}"), mutations
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Malformed(path=_fault(error).path, reason=_fault(error).reason) from error


def _read_mutation(raw: bytes, index: int) -> Received:
    """A mutation that cannot be read is refused alone, if at least its number can be."""
    try:
        mutation = _mutation.decode(raw)
        if mutation.at.tzinfo is None:
            return Received(mutation.seq, raw, fault=Fault("$.at", "a time needs a zone"))
        if "\0" in mutation.name:
            return Received(mutation.seq, raw, fault=Fault("$.name", "a text cannot hold the character U+0000"))
        return Received(mutation.seq, raw, mutation)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        try:
            numbered = _numbered.decode(b'{"seq":%s}' % split_object(raw).get(b"seq", b"null"))
            return Received(numbered.seq, raw, fault=_fault(error))
        except (msgspec.MsgspecError, ValueError, RecursionError):
            raise Malformed(path=f"$.mutations[{index}].seq", reason=_fault(error).reason) from error


def _fault(error: Exception) -> Fault:
    text = str(error)
    match = _PATH.search(text)
    return Fault("$" + match.group(1) if match else "$", _PATH.sub("", text)[:200])


def plan_push(
    last_seq: int, received: Sequence[Received], stored: Mapping[int, bytes], hashes: Sequence[bytes]
) -> Plan:
    """Part replays from what is fresh.

    `stored` holds the digests of this device's mutations that have receipts, by seq; `hashes` those of
    `received`, in order. Raises SequenceGap where a number is missing, SequenceReused where a number comes
    again with other contents.
    """
    plan = Plan()
    expected = last_seq + 1
    previous = 0
    for each, digest in zip(received, hashes, strict=True):
        if each.seq <= previous:
            raise Malformed(path="$.mutations", reason="seqs must rise")
        previous = each.seq
        if each.seq <= last_seq:
            if each.seq in stored and stored[each.seq] != digest:
                raise SequenceReused(seq=each.seq)
            plan.replayed.append(each)
        elif each.seq == expected:
            plan.fresh.append(each)
            expected += 1
        else:
            raise SequenceGap(last_seq=last_seq)
    return plan

"""Facts are always kept, whatever has become of the customer, the visit or the job meanwhile; see also `entitled`."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from sync.simulation.habits import FACTS, STEPS
from sync.simulation.tables import Tables
from sync.simulation.world import World

Json = dict[str, Any]
LEAVES = {"done": "sign_out", "waiting_parts": "wait_for_parts", "waiting_customer": "wait_for_customer"}


def check(_world: World, tables: Tables) -> None:
    written = {line for note in tables.records["note"].values() for line in note.text.split("\n")}
    for row in tables.log:
        if row.name not in FACTS or row.device_id is None:
            continue
        args = msgspec.json.decode(row.args)
        if row.status == "rejected":
            assert row.code == "not_permitted", f"a fact was refused: {row.name} {row.args!r} {row.code}"
        elif row.name in STEPS:
            _is_traced(tables, row, args)
        elif row.name == "visits.check_out":
            visit = tables.records["visit"].get(UUID(args["id"]))  # none where no room was left for its check-in
            assert visit is None or visit.state == "done"
            kept = written if visit is None else written | {visit.report}
            assert args["report"] in kept, f"a report is lost: {row.args!r}"


def _is_traced(tables: Tables, row: Any, args: Json) -> None:
    """A step is in its ticket's trace, or in a note where there was no ticket; so are its words."""
    event = row.name.removeprefix("tickets.")
    event = LEAVES[args.get("outcome", "done")] if event == "sign_out" else event
    words = args.get("report") or args.get("reason")
    if "ticket_unknown" in row.flags:
        notes = tables.records["note"].values()
        said = {(note.about["id"], note.author_id, note.at, note.text) for note in notes}
        assert (args["id"], row.user_id, row.corrected_at, words or event) in said, f"a step is lost: {row.args!r}"
        return
    trace = tables.records["ticket"][UUID(args["id"])].trace
    steps = [each for each in trace if (each["event"], each["by"]) == (event, str(row.user_id))]
    texts = [each["text"] for each in steps if datetime.fromisoformat(each["at"]) == row.corrected_at]
    assert words in texts, f"a step is lost: {row.args!r}"

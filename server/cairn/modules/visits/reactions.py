"""What a change elsewhere means for visits."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from cairn.kernel.commands import Command
from cairn.kernel.reactions import reacts_to
from cairn.modules.visits.commands import JudgeVisit


@reacts_to("file")
def judge_by_photo(document: dict[str, Any]) -> Iterable[Command]:
    """A photo that has come speaks for or against its visit."""
    about = document["about"]
    if about is not None and about["kind"] == "visit" and document["state"] == "stored":
        yield JudgeVisit(id=UUID(about["id"]))

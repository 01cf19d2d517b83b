"""What the documents point at exists."""

import re
from pathlib import Path

import pytest

from support.repository import REPOSITORY, tracked_files

DECISIONS = sorted((REPOSITORY / "docs" / "decisions").glob("0*.md"))
DOCUMENTS = [path for path in tracked_files() if path.suffix == ".md"]
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#]+)")
NAMED_PATH = re.compile(r"`((?:server|pwa|sync|tests|docs)/[\w./-]+|Makefile|pyproject\.toml)`")


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_links_lead_somewhere(document: Path) -> None:
    text = (REPOSITORY / document).read_text(encoding="utf-8")
    targets = [(REPOSITORY / document).parent / target for target in LINK.findall(text)]
    assert not [str(target) for target in targets if not target.exists()]


@pytest.mark.parametrize("record", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_names_what_keeps_it_true(record: Path) -> None:
    text = record.read_text(encoding="utf-8")
    number = int(record.stem.split("-")[0])
    assert text.startswith(f"# {number}. ")
    assert "**Decided.**" in text
    assert "**Why.**" in text
    _, _, keepers = text.partition("**Kept true by**")
    named = NAMED_PATH.findall(keepers)
    assert named, "name the code or the test"
    assert not [path for path in NAMED_PATH.findall(text) if not (REPOSITORY / path).exists()]

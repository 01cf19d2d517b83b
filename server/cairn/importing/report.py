"""The report of an import: on the terminal for a person, as CSV for whoever mends the file."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from cairn.importing.words import sentence
from cairn.modules.accounts.importing import Outcome
from cairn.modules.accounts.imports import CustomerImport

HEADINGS = ("row", "status", "name", "code", "explanation", "account_id")
FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")


def print_understanding(read: CustomerImport) -> None:
    """What was made of the file, for a person to check before they trust the rest."""
    details = [read.filetype, *(each for each in (read.encoding, _spoken(read.delimiter)) if each)]
    print(f"Read as {', '.join(details)}; positions are in {read.coordinates}.")
    for field, headings in read.columns.items():
        print(f"  {field:10}{' + '.join(headings)}")
    if read.unused:
        print(f"  not used  {', '.join(read.unused)}")


def _spoken(delimiter: str | None) -> str | None:
    return {"\t": "tabs", None: None}.get(delimiter, f"separated by {delimiter}")


def print_outcomes(outcomes: Sequence[Outcome]) -> None:
    """A line for each row, then how many of each."""
    for outcome in outcomes:
        print(f"  {outcome.number:>6}  {outcome.status:10}{outcome.name}{_because(outcome)}")
    counts = Counter(outcome.status for outcome in outcomes)
    print(", ".join(f"{count} {status}" for status, count in counts.most_common()) or "no rows")


def _because(outcome: Outcome) -> str:
    if outcome.code is None:
        return ""
    row = f" (row {outcome.params['row']})" if outcome.code == "duplicate" and "row" in outcome.params else ""
    return f"{'  ' if outcome.name else ''}{sentence(outcome.code, outcome.params)}{row}"


def write_report(path: Path, outcomes: Sequence[Outcome]) -> None:
    """UTF-8 with a mark, which spreadsheets need to see Chinese as Chinese."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    for outcome in outcomes:
        writer.writerow(
            [
                outcome.number,
                outcome.status,
                _harmless(outcome.name),
                outcome.code or "",
                _harmless(sentence(outcome.code, outcome.params) if outcome.code else ""),
                outcome.account_id or "",
            ]
        )
    path.write_text(text.getvalue(), encoding="utf-8-sig", newline="")


def _harmless(text: str) -> str:
    """A stranger's cell must not be a formula when the report is opened in a spreadsheet."""
    return f"'{text}" if text.startswith(FORMULA_MARKS) else text

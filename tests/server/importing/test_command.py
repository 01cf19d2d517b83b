"""`cairn import customers`: a file, an owner, and an answer for every row and every fault."""

import csv
import shutil
import subprocess
from pathlib import Path

import pytest

from cairn import modules
from cairn.importing.command import ImportRefused, Options, _import
from cairn.importing.words import SENTENCES
from cairn.kernel.errors import DomainError
from cairn.kernel.settings import Settings
from support.company import documents_of
from support.server import cairn, command
from support.shared_data import shared_data

OWNER = "rep1@chenghu.example.com"


@pytest.fixture
def data(made_company: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copy(made_company / "cairn.db", folder)
    return folder


def options(file: Path, report: Path, **changes: object) -> Options:
    values = {"owner": OWNER, "organization": None, "coordinates": None, "encoding": None, "sheet": None}
    return Options(**values | {"file": file, "columns": [], "dry_run": False, "report": report} | changes)  # type: ignore[arg-type]


def rows_of(report: Path) -> list[dict[str, str]]:
    with report.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_real_file_in_gb18030_and_gcj02(data: Path, tmp_path: Path) -> None:
    modules.load()
    file = tmp_path / "stores.csv"
    shutil.copy(shared_data("cn_places", "starbucks_cn_stores_500_gb18030.csv"), file)
    line = ["import", "customers", str(file), "--owner", OWNER, "--organization", "Chenghu", "--coordinates", "gcj02"]
    foreseen = cairn(*line, "--data", str(data), "--dry-run")
    assert "500 ready" in foreseen
    assert len(documents_of(data, "Chenghu")["account"]) == 120
    printed = cairn(*line, "--data", str(data))
    assert "gb18030" in printed
    assert "500 created" in printed
    accounts = documents_of(data, "Chenghu")["account"]
    assert len(accounts) == 620
    rows = rows_of(tmp_path / "stores.csv.report.csv")
    assert [row["status"] for row in rows] == ["created"] * 500
    assert all(accounts[row["account_id"]]["name"] == row["name"] for row in rows)
    again = cairn(*line, "--data", str(data))
    assert "500 duplicate" in again


async def test_every_hostile_file_is_imported_or_refused_with_a_sentence(data: Path, tmp_path: Path) -> None:
    modules.load()
    sentences = []
    for file in sorted(shared_data("bad_inputs", "csv_xlsx").rglob("*")):
        if file.is_file():
            try:
                await _import(options(file, tmp_path / "report.csv"), Settings(data=data, sqlite_synchronous="OFF"))
            except ImportRefused as refusal:
                sentences.append(str(refusal.code))
    assert len(sentences) > 40
    assert all(each.endswith((".", ")", "more")) for each in sentences)


async def test_a_name_that_would_be_a_formula_is_none_in_the_report(data: Path, tmp_path: Path) -> None:
    modules.load()
    (tmp_path / "file.csv").write_text('name\n"=HYPERLINK(""http://example.com"")"\n')
    await _import(options(tmp_path / "file.csv", tmp_path / "report.csv", dry_run=True), Settings(data=data))
    (row,) = rows_of(tmp_path / "report.csv")
    assert row["name"].startswith("'=")
    assert row["status"] == "ready"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--owner", "nobody@example.com"], "Nobody signs in as nobody@example.com."),
        (["--owner", OWNER, "--organization", "Northridge"], "belongs to"),
        (["--owner", "finance@chenghu.example.com"], "may not create customers"),
        (["--owner", OWNER, "--map", "name"], "FIELD=HEADING"),
        (["--owner", OWNER, "--map", "name=nothing"], "There is no column nothing"),
        (["--owner", OWNER, "--map", "shoe=customer"], "no field shoe"),
        (["--owner", OWNER, "--encoding", "klingon"], "encoding"),
    ],
)
def test_what_cannot_begin_says_why(data: Path, tmp_path: Path, arguments: list[str], words: str) -> None:
    file = tmp_path / "file.csv"
    file.write_text("customer\nAlderwick\n")
    line = [*command(), "import", "customers", str(file), "--data", str(data), *arguments]
    done = subprocess.run(line, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120)
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_file_or_database_says_so(tmp_path: Path) -> None:
    for file in (tmp_path / "nothing.csv", Path(__file__)):
        line = [*command(), "import", "customers", str(file), "--owner", OWNER, "--data", str(tmp_path / "nowhere")]
        done = subprocess.run(line, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120)
        assert done.returncode == 1
        assert "cannot be read" in done.stderr or "no database" in done.stderr


def test_every_code_of_a_file_has_a_sentence() -> None:
    modules.load()
    from cairn.modules.accounts import imports  # noqa: F401 - registers the codes

    codes = {code for code in DomainError.registry if code.startswith(("table_", "encoding_", "import_"))}
    assert codes <= set(SENTENCES)

"""The command itself: whose customers, from which file, and what came of it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cairn import modules
from cairn.importing.report import print_outcomes, print_understanding, write_report
from cairn.importing.words import sentence
from cairn.kernel.coordinates import CoordinateSystem
from cairn.kernel.errors import DomainError
from cairn.kernel.settings import Settings, load_settings
from cairn.migrations import upgrade
from cairn.modules.accounts.importing import Outcome, create_customers, foresee, known_customers
from cairn.modules.accounts.imports import CustomerImport, ImportOptions, read_customers
from cairn.modules.identity.people import Person, find_person
from cairn.services import Services, build_services


@dataclass(frozen=True)
class Options:
    """What the command line said."""

    file: Path
    owner: str
    organization: str | None
    coordinates: CoordinateSystem | None
    encoding: str | None
    sheet: str | None
    columns: Sequence[str]
    dry_run: bool
    report: Path | None


class ImportRefused(SystemExit):
    """Nothing was imported; the message is the sentence for the operator."""


def run_import(options: Options) -> None:
    """Import a file; raises ImportRefused where it cannot even begin."""
    settings = load_settings()
    modules.load()
    asyncio.run(_import(options, settings))


async def _import(options: Options, settings: Settings) -> None:
    content = _content(options.file)
    reading = ImportOptions(
        coordinates=options.coordinates,
        encoding=options.encoding,
        sheet=options.sheet,
        columns=_columns(options.columns),
    )
    if settings.database_url is None and not (settings.data / "cairn.db").exists():
        raise ImportRefused(f"There is no database in {settings.data}: say where it is with --data.")
    await upgrade(settings.resolved_database_url)
    services = build_services(settings)
    try:
        person = await _owner(services, options)
        outcomes = await _carry_out(services, person, content, reading, dry_run=options.dry_run)
    finally:
        await services.close()
    print_outcomes(outcomes)
    report = options.report or options.file.with_name(f"{options.file.name}.report.csv")
    write_report(report, outcomes)
    print(f"Nothing was written to the database. Report: {report}" if options.dry_run else f"Report: {report}")


async def _carry_out(
    services: Services, person: Person, content: bytes, reading: ImportOptions, *, dry_run: bool
) -> list[Outcome]:
    known = await known_customers(services.database, person.actor.organization_id)
    read = await _read(content, reading, known)
    print_understanding(read)
    print(f"{'For' if dry_run else 'Into'} {person.organization}, owner {person.name}:")
    if dry_run:
        return foresee(read.rows)
    return await create_customers(services.dispatcher, person.actor, read.rows, services.new_id)


async def _read(content: bytes, reading: ImportOptions, known: set[str]) -> CustomerImport:
    try:
        return await asyncio.to_thread(read_customers, content, reading, at=datetime.now(UTC), known=known)
    except DomainError as error:
        raise ImportRefused(sentence(error.code, error.params)) from None


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ImportRefused(f"{file} cannot be read: {error.strerror}.") from None


def _columns(pairs: Sequence[str]) -> dict[str, str]:
    """`field=heading` pairs."""
    columns = {}
    for pair in pairs:
        field, equals, heading = pair.partition("=")
        if not (field and equals and heading):
            raise ImportRefused(f"--map takes FIELD=HEADING, as in name=客户名称, and not {pair!r}.")
        columns[field.strip()] = heading.strip()
    return columns


async def _owner(services: Services, options: Options) -> Person:
    person = await find_person(services.database, options.owner)
    if person is None:
        raise ImportRefused(f"Nobody signs in as {options.owner}.")
    wanted = (options.organization or "").casefold()
    if wanted not in person.organization.casefold() and wanted != str(person.actor.organization_id):
        raise ImportRefused(f"{options.owner} belongs to {person.organization}, not to {options.organization}.")
    if not person.actor.may("accounts.create"):
        raise ImportRefused(f"{options.owner} may not create customers: name an owner who may.")
    return person

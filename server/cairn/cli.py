"""The command line: `cairn serve` and what an operator does beside it."""

import argparse
import asyncio
import os
from pathlib import Path

from cairn import __version__


def main(arguments: list[str] | None = None) -> None:
    """Parse the command line and do what it says."""
    options = _parser().parse_args(arguments)
    if getattr(options, "data", None):
        os.environ["CAIRN_DATA"] = str(options.data)
    options.run(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cairn", description="An offline-sync field service CRM.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    serve = commands.add_parser("serve", help="serve the API and the app")
    _add_serving(serve)
    serve.set_defaults(run=_serve)

    demo = commands.add_parser("demo", help="make the demo company if there is none, and serve it")
    _add_serving(demo)
    demo.add_argument("--make-only", action="store_true", help="do not serve")
    demo.set_defaults(run=_demo)

    _add_import(commands.add_parser("import", help="import records from a file"))

    _add_organization(commands.add_parser("create-organization", help="an organization and its first administrator"))

    backup = commands.add_parser("backup", help="write the database and the files to one file; servers go on")
    backup.add_argument("file", type=Path, help="the backup to write, for example cairn-2026-11-22.tar.zst")
    backup.add_argument("--data", type=Path, help="folder of the database and the files (CAIRN_DATA)")
    backup.set_defaults(run=_backup)

    restore = commands.add_parser("restore", help="bring a backup back; phones send again what it lacks")
    restore.add_argument("file", type=Path, help="the backup")
    restore.add_argument("--replace", action="store_true", help="put it in the place of the database that is there")
    restore.add_argument("--data", type=Path, help="folder of the database and the files (CAIRN_DATA)")
    restore.set_defaults(run=_restore)

    schema = commands.add_parser("schema", help="write the contract's TypeScript types")
    schema.add_argument("folder", type=Path)
    schema.add_argument("--shapes", type=Path, help="folder that keeps the shape of every version of a mutation")
    schema.set_defaults(run=_schema)

    migration = commands.add_parser("migration", help="write the migration for a change of the models")
    migration.add_argument("message")
    migration.set_defaults(run=_migration)
    return parser


def _add_serving(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--data", type=Path, help="folder of the database and the files (CAIRN_DATA)")
    parser.add_argument("--tls", action="store_true", help="https with a certificate of its own")


def _add_organization(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="of the organization")
    parser.add_argument("--admin", required=True, metavar="EMAIL", help="address that the administrator signs in with")
    parser.add_argument("--admin-name", default="Administrator", metavar="NAME")
    parser.add_argument("--time-zone", default="Asia/Shanghai", metavar="ZONE", help="for example Europe/Berlin")
    parser.add_argument("--locale", choices=("zh-CN", "en"), default="zh-CN", help="of mails")
    parser.add_argument("--data", type=Path, help="folder of the database and the files (CAIRN_DATA)")
    parser.set_defaults(run=_create_organization)


def _create_organization(options: argparse.Namespace) -> None:
    from cairn.organizations import Options, run_create

    run_create(Options(options.name, options.admin, options.admin_name, options.time_zone, options.locale))


def _add_import(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(required=True, metavar="KIND")
    customers = kinds.add_parser("customers", help="customers from CSV or XLSX, with a report for each row")
    customers.add_argument("file", type=Path)
    customers.add_argument("--owner", required=True, metavar="EMAIL", help="the person who will have the customers")
    customers.add_argument("--organization", help="name (or a part of it) or id, as a check on the owner's")
    customers.add_argument("--coordinates", choices=("wgs84", "gcj02", "bd09"), help="system of the file's positions")
    customers.add_argument("--encoding", help="of a CSV, where it is not told rightly by itself")
    customers.add_argument("--sheet", help="of a workbook")
    customers.add_argument("--map", action="append", default=[], metavar="FIELD=HEADING", help="which column is what")
    customers.add_argument("--dry-run", action="store_true", help="only say what would happen")
    customers.add_argument("--report", type=Path, help="where the report goes (FILE.report.csv)")
    customers.add_argument("--data", type=Path, help="folder of the database and the files (CAIRN_DATA)")
    customers.set_defaults(run=_import_customers)


def _import_customers(options: argparse.Namespace) -> None:
    from cairn.importing.command import Options, run_import

    run_import(
        Options(
            file=options.file,
            owner=options.owner,
            organization=options.organization,
            coordinates=options.coordinates,
            encoding=options.encoding,
            sheet=options.sheet,
            columns=options.map,
            dry_run=options.dry_run,
            report=options.report,
        )
    )


def _serve(options: argparse.Namespace) -> None:
    from cairn.serving import serve

    serve(options.host or "127.0.0.1", options.port, tls=options.tls)


def _demo(options: argparse.Namespace) -> None:
    from cairn.demo.command import Options, run_demo

    run_demo(Options(options.host, options.port, options.tls, options.make_only))


def _backup(options: argparse.Namespace) -> None:
    from cairn.backups.making import run_backup

    run_backup(options.file)


def _restore(options: argparse.Namespace) -> None:
    from cairn.backups.restoring import run_restore

    run_restore(options.file, replace=options.replace)


def _schema(options: argparse.Namespace) -> None:
    from cairn.schema import record_shapes, write_schema

    write_schema(options.folder)
    if options.shapes is not None:
        record_shapes(options.shapes)


def _migration(options: argparse.Namespace) -> None:
    from cairn.migrations.write import write_migration

    asyncio.run(write_migration(options.message))


if __name__ == "__main__":
    main()

"""The command line: `cairn serve`, `cairn demo`, `cairn import`, `cairn schema`, `cairn migration`."""

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

    schema = commands.add_parser("schema", help="write the contract's TypeScript types")
    schema.add_argument("folder", type=Path)
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


def _schema(options: argparse.Namespace) -> None:
    from cairn.schema import write_schema

    write_schema(options.folder)


def _migration(options: argparse.Namespace) -> None:
    from cairn.migrations.write import write_migration

    asyncio.run(write_migration(options.message))


if __name__ == "__main__":
    main()

"""The command line: `cairn serve`, `cairn demo`, `cairn import`, `cairn migration`."""

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

    migration = commands.add_parser("migration", help="write the migration for a change of the models")
    migration.add_argument("message")
    migration.set_defaults(run=_migration)
    return parser


def _add_serving(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--data", type=Path, help="folder of the database and the files (CAIRN_DATA)")
    parser.add_argument("--tls", action="store_true", help="https with a certificate of its own")


def _serve(options: argparse.Namespace) -> None:
    from cairn.serving import serve

    serve(options.host or "127.0.0.1", options.port, tls=options.tls)


def _demo(options: argparse.Namespace) -> None:
    from cairn.demo.command import Options, run_demo

    run_demo(Options(options.host, options.port, options.tls, options.make_only))


def _migration(options: argparse.Namespace) -> None:
    from cairn.migrations.write import write_migration

    asyncio.run(write_migration(options.message))


if __name__ == "__main__":
    main()

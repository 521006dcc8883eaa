"""Commands that serve: the demonstration hospital, and the real one."""

from typing import TYPE_CHECKING, Any

import click

from web.cli_help import Example

if TYPE_CHECKING:
    from flask import Flask

    from web.settings import Settings


def given(**options: object) -> dict[str, Any]:
    """The options that were typed; the others are left to settings file and environment."""
    return {name: value for name, value in options.items() if value is not None}


@click.command(cls=Example.Command, example="./sufficit demo --port 8080")
@click.option("--port", help="Port to listen on.")
@click.option("--fresh", is_flag=True, help="Load the demonstration anew; what was done in it is thrown away.")
def demo(port: str | None, fresh: bool) -> None:
    """Serve the demonstration hospital on this machine, and print its address and log-ins.

    Everything in it is invented. It has a database of its own and never touches the hospital's.
    """
    from web.demonstration import forget, log_ins, make_ready, settings_of
    from web.serving import serve as serve_until_stopped
    from web.settings import read_settings

    settings = settings_of(read_settings(**given(port=port)))

    def prepare() -> None:
        if fresh:
            forget(settings)
        make_ready(settings)
        check_database(settings)

    def on_ready() -> None:
        print(log_ins(settings))
        say_address(settings)

    serve_until_stopped(settings, prepare, lambda: make_app(settings), on_ready)


@click.command(cls=Example.Command, example="./sufficit serve --host 0.0.0.0 --port 8443")
@click.option("--host", help="Address to listen on; beyond this machine only with tls_certificate and tls_key set.")
@click.option("--port", help="Port to listen on.")
def serve(host: str | None, port: str | None) -> None:
    """Serve the hospital's own data. A new machine gets an empty database.

    Refuses to start with settings that could lose a record or open a door, and says which.
    """
    from web.database import is_new, upgrade_database
    from web.serving import serve as serve_until_stopped
    from web.settings import read_settings

    settings = read_settings(**given(host=host, port=port))

    def prepare() -> None:
        if is_new(settings):
            upgrade_database(settings)
        check_database(settings)

    serve_until_stopped(settings, prepare, lambda: make_app(settings), lambda: say_address(settings))


def check_database(settings: "Settings") -> None:
    """Raises Faults when the database is weak or old, before anything listens.

    While nobody is registered it prints the one-time secret of the first administrator.
    """
    from batch_records.resets import first_administrator_secret
    from web.database import opened
    from web.services import system_clock

    with opened(settings) as store:
        one_time = first_administrator_secret(store, system_clock())
    if one_time is not None:
        print(f"Nobody is registered yet. Set up this hospital at {settings.address}set-up")
        print(f"One-time secret of the first administrator, for 24 hours: {one_time}", flush=True)


def make_app(settings: "Settings") -> "Flask":
    """The application, with connections of its own process."""
    from web.app import create_app
    from web.daily import start_daily, start_recalls, start_sweeping
    from web.database import open_store
    from web.services import system_clock
    from web.steady import keep_steady

    store = open_store(settings)
    start_daily(settings, store, system_clock)
    start_sweeping(store, system_clock)
    start_recalls(store, system_clock)
    app = create_app(settings, store, system_clock)
    keep_steady(store)
    return app


def say_address(settings: "Settings") -> None:
    """Where to go with a browser."""
    print(f"Sufficit is at {settings.address} (stop with Ctrl+C)", flush=True)


COMMANDS = (demo, serve)

"""The command that serves the desk as web pages and an API."""

from __future__ import annotations

import os
from pathlib import Path

import click

from offerdesk.options import book_option
from offerdesk.output import show


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0: any free."
)
@click.option(
    "--tokens",
    "file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Users, a line NAME:TOKEN for each; or set OFFERDESK_TOKENS.",
)
@click.option(
    "--allow-host", "names", multiple=True, metavar="NAME", help="A name this desk goes by."
)
@click.option(
    "--rate",
    type=click.FloatRange(1),
    default=1000,
    show_default=True,
    help="Requests a second that one user may make in the long run.",
)
@click.option(
    "--upload-limit",
    type=click.IntRange(1),
    default=200,
    show_default=True,
    metavar="MB",
    help="The largest sheet that may be uploaded.",
)
@click.option("--access-log", is_flag=True, help="A line for each request, on stderr.")
@click.option("--open", "browse", is_flag=True, help="Open the page in the browser.")
@book_option
def serve(
    host: str,
    port: int,
    file: Path | None,
    names: tuple[str, ...],
    rate: float,
    upload_limit: int,
    access_log: bool,
    browse: bool,
    book: Path | None,
) -> None:
    """Serve web pages and a REST API, on this machine only, until stopped with Ctrl-C.

    Other machines can be let in with --host, and only with tokens. Tokens are no option, because
    whoever lists the processes of this machine would see them.
    """
    from offerdesk.web.guard.hosts import names_of
    from offerdesk.web.guard.tokens import VARIABLE, read_tokens
    from offerdesk.web.serving import log_requests
    from offerdesk.web.serving import serve as run
    from offerdesk.web.settings import Settings

    settings = Settings(
        tokens=read_tokens(file, os.environ.get(VARIABLE)),
        hosts=names_of(host, names),
        book=book,
        rate=rate,
        upload_bytes=upload_limit * 1_000_000,
    )

    def ready(address: str) -> None:
        show(f"The desk is at {address}")
        if browse:
            click.launch(address)

    if access_log:
        log_requests()
    run(settings, host, port, ready)

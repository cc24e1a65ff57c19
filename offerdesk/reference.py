"""The command reference, written from the commands themselves.

``python -m offerdesk.reference > docs/cli.md`` writes it anew; a test compares.
"""

from __future__ import annotations

from collections.abc import Iterator

import click

from offerdesk.cli import offerdesk_command

INTRODUCTION = """\
# Command reference

Written from the program by `python -m offerdesk.reference > docs/cli.md`; do not edit it here.

State lives under `OFFERDESK_HOME` (without it, in the platform's folder for user data).
`NO_COLOR` turns colour off, `COLUMNS` sets the width, and `OFFERDESK_DEBUG=1` adds a traceback
to an unexpected error.

| exit code | meaning |
| ---: | --- |
| 0 | done |
| 1 | bad input: the offer, the guide or the rule book |
| 2 | wrong usage of the command line |
| 3 | the market, the log, the output or the program itself failed |

Every fault is one line on stderr: `error[code]: place: found ...; allowed: ...; next: ...`.
"""


def reference() -> str:
    """The reference of every command, as Markdown."""
    return "\n".join([INTRODUCTION, *_commands(offerdesk_command, None)])


def _commands(command: click.Command, parent: click.Context | None) -> Iterator[str]:
    context = click.Context(command, info_name=command.name, parent=parent)
    yield from _one(command, context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None:
                yield from _commands(child, context)


def _one(command: click.Command, context: click.Context) -> Iterator[str]:
    pieces = " ".join(command.collect_usage_pieces(context))
    yield f"## {context.command_path}\n"
    yield f"```\n{context.command_path} {pieces}\n```\n"
    yield f"{' '.join((command.help or '').split())}\n"
    lines = [
        found for one in command.get_params(context) if (found := one.get_help_record(context))
    ]
    if lines:
        yield "| option | meaning |\n| --- | --- |"
        yield from (
            f"| `{option.replace('|', chr(92) + '|')}` | {told} |" for option, told in lines
        )
        yield ""


if __name__ == "__main__":
    print(reference(), end="")

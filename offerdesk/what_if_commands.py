"""Commands that ask what would change a verdict: other pay, other answers, other numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from offerdesk.options import as_of_option, as_text_json_or_md, book_option, market_option
from offerdesk.output import show, waiting

if TYPE_CHECKING:
    from offerdesk.subject import Subject

_id_option = click.option(
    "--id", "id", metavar="ID", help="Ask about a logged decision instead of OFFER."
)
_ABOUT = (_id_option, as_text_json_or_md, as_of_option, market_option, book_option)
Command = TypeVar("Command", bound=Callable[..., object])


def _about_an_offer(command: Command) -> Command:
    """What every question takes: an offer or a logged decision, and how it is read and told."""
    for option in reversed(_ABOUT):
        command = option(command)
    return click.argument("offer", required=False)(command)


@click.command()
@_about_an_offer
@click.option(
    "--lock",
    "locked",
    multiple=True,
    metavar="COMPONENT",
    help="Leave a component as it is; may be repeated.",
)
@click.option(
    "--cap",
    "caps",
    multiple=True,
    metavar="COMPONENT=AMOUNT",
    help="The most to ask for, instead of the book's cap; may be repeated.",
)
@click.option(
    "--weight",
    "weights",
    multiple=True,
    metavar="COMPONENT=NUMBER",
    help="What one more unit counts, instead of what it costs the employer; may be repeated.",
)
def ask(
    offer: str | None,
    id: str | None,
    locked: tuple[str, ...],
    caps: tuple[str, ...],
    weights: tuple[str, ...],
    form: str,
    as_of: datetime | None,
    market: str | None,
    book: Path | None,
) -> None:
    """Find the smallest asks that make OFFER's verdict accept, proved minimal.

    Components are those of the book: base, equity_total, sign_on, sign_on_y1, sign_on_y2 and
    bonus_guaranteed_y1.
    """
    from offerdesk.asks import ask_about
    from rules.what_if.movable import Wishes

    subject = _subject(offer, id, market, as_of, book)
    known = [one.name for one in subject.judge.book.asks]
    wishes = Wishes(
        frozenset(_component(name, known, "--lock") for name in locked),
        _numbers(caps, known, "--cap", least=0),
        _numbers(weights, known, "--weight", least=0.001),
    )
    with waiting("looking for the smallest asks"):
        found = ask_about(subject, wishes)
    show(found.to_form(form))


@click.command()
@_about_an_offer
def fragility(
    offer: str | None,
    id: str | None,
    form: str,
    as_of: datetime | None,
    market: str | None,
    book: Path | None,
) -> None:
    """Say whether OFFER's verdict is FIRM, FRAGILE or UNDECIDABLE, and what turns it.

    Tried are the sampling interval of percentiles, the exchange rate, and every number of the book
    that is a judgement, each alone and all together.
    """
    from offerdesk.firmness import fragility_of

    subject = _subject(offer, id, market, as_of, book)
    with waiting("trying what may be otherwise"):
        found = fragility_of(subject)
    show(found.to_form(form))


@click.command()
@_about_an_offer
def questions(
    offer: str | None,
    id: str | None,
    form: str,
    as_of: datetime | None,
    market: str | None,
    book: Path | None,
) -> None:
    """Say which answers would settle OFFER's verdict, and what each leads to.

    The most decisive question comes first.
    """
    from offerdesk.desk import Desk
    from offerdesk.open_questions import questions as asked
    from offerdesk.open_questions import questions_of
    from offerdesk.subject import logged_subject
    from warehouse.log import read

    _check_subject(offer, id, market, as_of, book)
    day = as_of.date() if as_of else None
    with waiting("trying answers"):
        if offer is not None:
            found = asked(offer, desk=Desk(book), market=market, as_of=day)
        else:
            row = read(str(id))
            found = questions_of(row, logged_subject(row))
    show(found.to_form(form))


def _subject(
    offer: str | None,
    id: str | None,
    market: str | None,
    as_of: datetime | None,
    book: Path | None,
) -> Subject:
    from offerdesk.desk import Desk
    from offerdesk.subject import logged_subject, subject_of
    from warehouse.log import read

    _check_subject(offer, id, market, as_of, book)
    if offer is not None:
        day = as_of.date() if as_of else None
        return subject_of(Desk(book), offer, market=market, as_of=day)
    return logged_subject(read(str(id)))


def _check_subject(
    offer: str | None,
    id: str | None,
    market: str | None,
    as_of: datetime | None,
    book: Path | None,
) -> None:
    """Insist on one offer or one decision, and on nothing else that the decision pins."""
    context = click.get_current_context()
    if bool(offer) == bool(id):
        raise click.UsageError("give one OFFER, or --id ID", context)
    if id and (market or as_of or book):
        told = "--id takes day, market and book from the log"
        raise click.UsageError(told, context)


def _component(name: str, known: Sequence[str], option: str) -> str:
    if name not in known:
        told = f"no component `{name}`; allowed: {', '.join(known)}"
        raise click.BadParameter(told, param_hint=option)
    return name


def _numbers(
    given: Sequence[str], known: Sequence[str], option: str, least: float
) -> Mapping[str, float]:
    """Components with a number each, such as ``base=231000``."""
    found = {}
    for one in given:
        name, _, text = one.partition("=")
        _component(name, known, option)
        try:
            found[name] = float(text)
        except ValueError:
            found[name] = -1.0
        if not least <= found[name] <= 1e12:
            told = f"`{one}`; allowed: {name}=NUMBER from {least:g} to 1e12"
            raise click.BadParameter(told, param_hint=option)
    return found

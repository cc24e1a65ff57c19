"""The examples that come with Offerdesk: offers to decide, guides to make a market of."""

from __future__ import annotations

from pathlib import Path

from rules.errors import FailedWorld, Fault

DEMO_OFFER = "pinterest.yaml"


def examples() -> Path:
    """The folder of examples: inside the package once installed, beside it in a checkout.

    Raises:
        FailedWorld: ``examples-missing``.
    """
    here = Path(__file__).resolve().parent
    for folder in (here / "examples", here.parent / "examples"):
        if (folder / "offers").is_dir():
            return folder
    raise FailedWorld(
        Fault("examples-missing", str(here), "no examples", "", "install offerdesk again")
    )


def example_offers() -> list[Path]:
    """The example offers that bring no market of their own."""
    from rules.source import read_document

    found = sorted((examples() / "offers").glob("*.yaml"))
    return [path for path in found if not read_document(path).value.get("market")]


def sample_market() -> Path | None:
    """Make sure that there is a sample market, and say where.

    Returns:
        None for the home's own market, when it is the sample or was still absent; else a market
        folder in the cache, as what a person has published is never replaced by a sample.
    """
    from pipelines.refresh import refresh
    from pipelines.sources.discovery import Place
    from pipelines.steps import discover
    from warehouse.home import home
    from warehouse.snapshot import current_id

    guides = [examples() / "guides"]
    folder = None
    if current_id() is not None:
        if not discover([Place(guides[0])]).changed:
            return None
        folder = home().cache / "sample-market"
    refresh(guides, folder, prefect=False, say=_say_nothing, progress=_show_nothing)
    return folder


def _say_nothing(_: str) -> None:
    pass


def _show_nothing(_: str, __: int, ___: int) -> None:
    pass

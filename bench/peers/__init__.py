"""The same rules in other engines.

Each module has a ``NAME``, a ``NOTE`` on how the engine is used, the ``words`` of its language and
``compiled``, which makes one callable out of all texts.  The order of the rules is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol

from bench.peers.printer import InexpressibleError, Words, text_of
from bench.propositions import Inputs, Rule
from rules.normal_form import holds

NAMES = ("zen", "zen_graph", "rule_engine", "plain")


class Truths(Protocol):
    """Which rules are TRUE for some inputs, in the order of the rules."""

    def __call__(self, inputs: Inputs) -> Sequence[bool]: ...


class Language(Protocol):
    """What each module of a peer has."""

    NAME: str
    NOTE: str
    words: Words

    def compiled(self, texts: Sequence[str], inputs: Sequence[str]) -> Truths: ...


@dataclass(frozen=True, slots=True)
class Peer:
    """An engine that is ready, and the rules it has no words for, with the reason."""

    name: str
    note: str
    rules: tuple[Rule, ...]
    refused: dict[str, str]
    truths: Truths


def peer(module: str, rules: Sequence[Rule], inputs: Sequence[str]) -> Peer:
    """Translate the rules for one engine and compile them.

    Args:
        module: One of ``NAMES``.
        rules: What is to be translated.
        inputs: The names that the rules read.

    Raises:
        ImportError: The engine is not installed.
    """
    language: Language = import_module(f"bench.peers.{module}")
    texts: dict[Rule, str] = {}
    refused: dict[str, str] = {}
    for rule in rules:
        try:
            text = text_of(holds(rule.when), language.words)
            language.compiled([text], inputs)
        except Exception as problem:  # every engine has errors of its own
            refused[rule.name] = f"{type(problem).__name__}: {problem}"
        else:
            texts[rule] = text
    truths = language.compiled(tuple(texts.values()), inputs)
    return Peer(language.NAME, language.NOTE, tuple(texts), refused, truths)


__all__ = ["NAMES", "InexpressibleError", "Peer", "peer"]

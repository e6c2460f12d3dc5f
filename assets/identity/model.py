"""The frozen model: Splink's settings, the frequency of words, and what weight decides."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FROZEN = Path(__file__).with_name("frozen")


@dataclass(frozen=True)
class Model:
    """One version.

    settings: Splink's, as JSON. words: a CSV file (word, share: of people who bear it). unseen_word: the share of a
    word that is not there. Weights are in bits (log2 of the odds): `link` joins a pair, from `ask` a clerk is asked,
    and the second best candidate must be `margin` behind.
    """

    version: str
    settings: dict[str, Any]
    words: Path
    unseen_word: float
    link: float
    ask: float
    margin: float


def read(folder: Path = FROZEN) -> Model:
    """The model that a folder holds.

    Raises:
        OSError, ValueError, KeyError: the files are not there, or not a model.
    """
    given = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    weights = given["weights"]
    return Model(
        given["version"], given["settings"], folder / "words.csv", given["unseen_word"],
        weights["link"], weights["ask"], weights["margin"],
    )  # fmt: skip

"""The frozen model: Splink's settings, the frequency of words in names, and the thresholds of weights."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FROZEN = Path(__file__).with_name("frozen")


@dataclass(frozen=True)
class Model:
    """One version of the model.

    settings: Splink's settings, as JSON. words: a CSV file (word, share of people whose name has it). unseen_word: the
    share assumed for a word that the file does not have. Weights are in bits (log2 of the odds): a pair at or above
    `link` is joined, a pair at or above `ask` is a question to a clerk, and the second best candidate must weigh at
    least `margin` less.
    """

    version: str
    settings: dict[str, Any]
    words: Path
    unseen_word: float
    link: float
    ask: float
    margin: float


def read(folder: Path = FROZEN) -> Model:
    """Read the model of a folder.

    Raises:
        OSError, ValueError, KeyError: the files are missing, or are not a model.
    """
    given = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    weights = given["weights"]
    return Model(
        given["version"], given["settings"], folder / "words.csv", given["unseen_word"],
        weights["link"], weights["ask"], weights["margin"],
    )  # fmt: skip

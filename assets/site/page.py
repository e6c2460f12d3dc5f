"""Defines pages: each is a module in `assets/site/pages/` with an object `PAGE`, a template and a file of texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from assets.site.data import Data
from assets.site.tongue import Tongue

Values = Mapping[str, Any]
Context = Mapping[str, Any]


def _once(data: Data) -> Iterable[Values]:
    return [{}]


@dataclass(frozen=True)
class Page:
    """path: in the site, `peta.html` or `wilayah/{code}.html`. title: the key of its name in the catalogue. template:
    in `templates/`. context: (data, tongue, values of the path's fields) -> the template's context; its `heading`
    replaces the title. each: the values of the fields, one per page to write. order: its position in the menu; None if
    it is not in the menu. of_load: it is about deliveries and checks, so it is also written for a load that was not
    published.
    """

    path: str
    title: str
    template: str
    context: Callable[[Data, Tongue, Values], Context]
    each: Callable[[Data], Iterable[Values]] = _once
    order: int | None = None
    of_load: bool = False

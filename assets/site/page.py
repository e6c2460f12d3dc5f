"""What a page is: one module in `assets/site/pages/` with an object `PAGE`, one template and one file of texts."""

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
    in `templates/`. context: (data, tongue, values of the path's places) -> what the template is given; `heading`
    in it replaces the title. each: the values of the places, for every page that there is to be. order: its place in
    the menu; None for one that is reached from others. of_load: it tells of deliveries and checks, so that it is made
    for a load that was not published too.
    """

    path: str
    title: str
    template: str
    context: Callable[[Data, Tongue, Values], Context]
    each: Callable[[Data], Iterable[Values]] = _once
    order: int | None = None
    of_load: bool = False

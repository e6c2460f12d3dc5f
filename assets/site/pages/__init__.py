"""The pages of the site: every module of this folder has a `PAGE`. Code for several pages is in the folder above."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from assets.site.page import Page


@cache
def all_pages() -> tuple[Page, ...]:
    """Pages in the order of the menu, then those not in the menu."""
    found = [import_module(f"{__name__}.{module.name}").PAGE for module in iter_modules(__path__)]
    return tuple(sorted(found, key=lambda page: (page.order is None, page.order or 0, page.path)))

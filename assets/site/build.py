"""Writes the site of a load: every page in both languages. The folder is replaced atomically.

`HOME/publications/<load>/site/`: Indonesian pages, `en/` with the same pages in English, `aset/` with style and script.
It works from files or any web server, and requests nothing from other hosts.
"""

from __future__ import annotations

import os
import posixpath
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

from markupsafe import Markup

from assets import durable
from assets.home import Home
from assets.site import charts, history
from assets.site.data import Data, gathered
from assets.site.numbers import LANGUAGES, Language
from assets.site.page import Context, Page, Values
from assets.site.pages import all_pages
from assets.site.seal import SEALED, filled, seal_of_load
from assets.site.tongue import Tongue

FOLDERS: dict[Language, str] = {"id": "", "en": "en/"}
SIMULATED = "SADAYA_SIMULATED"
"""Set to 1 if the landing is simulated; every page then shows a notice."""
_ASSETS = ("style.css", "site.js")
_FOLDER_MODE = 0o750


@dataclass(frozen=True)
class Site:
    """A written site: number of pages, and bytes of all files."""

    folder: Path
    pages: int
    bytes: int


def write_site(home: Home, load_id: str, day: date, counts: bool = True) -> Site:
    """Write the site of a load and replace an earlier one. For a load that was not published, or without `counts`,
    write only the pages about deliveries and checks.

    Raises:
        as `assets.site.data.gathered`, and jinja2.TemplateError.
    """
    folder = home.site(load_id)
    folder.parent.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    durable.sweep(folder.parent, f"{folder.name}.")
    fresh = durable.beside(folder)
    try:
        with gathered(home, load_id, day, counts) as data:
            written = list(write_pages(data, fresh))
            if data.counts:
                history.write(data, home.history(load_id))
        durable.replace_folder(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return Site(folder, len(written), sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()))


def write_pages(
    data: Data, folder: Path, pages: Iterable[Page] | None = None, room: Path | None = None
) -> Iterator[Path]:
    """Write pages of gathered data (default: all of the site) with style and script into an empty folder. Yields each
    file. room: a folder with `templates` and `texts` of pages that are not the site's; they have a menu of their own.
    """
    (folder / "aset").mkdir(parents=True)
    for name in _ASSETS:
        shutil.copyfile(Path(__file__).with_name(name), folder / "aset" / name)
    ours = list(pages) if pages is not None else None
    there = ours if ours and room else [page for page in all_pages() if data.counts or page.of_load]
    for page in there if ours is None else ours:
        for values in page.each(data):
            for language in LANGUAGES:
                path = FOLDERS[language] + page.path.format(**values)
                target = folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(_rendered(page, values, data, there, language, room), encoding="utf-8")
                yield target


def _rendered(page: Page, values: Values, data: Data, there: list[Page], language: Language, room: Path | None) -> str:
    tongue = Tongue(language, room / "texts" if room else None)
    own = page.path.format(**values)
    context = page.context(data, tongue, values)
    return (
        _templates(room)
        .get_template(page.template)
        .render(
            {"heading": tongue(page.title)}
            | dict(context)
            | {
                "t": tongue,
                "data": data,
                "page": page,
                "menu": [
                    (link(own, each.path), tongue(each.title), each is page) for each in there if each.order is not None
                ],
                "to": lambda path: link(own, path),
                "asset": lambda name: link(FOLDERS[language] + own, f"aset/{name}"),
                "other": link(FOLDERS[language] + own, FOLDERS[_other(language)] + own),
                "home_page": link(own, there[0].path),
                "simulated": _simulated(),
                "alone": False,
            }
        )
    )


def stamp(home: Home, load_id: str) -> None:
    """Fill in the seal on the pages of a sealed load. Does nothing if the load has no site.

    Raises:
        OSError, jinja2.TemplateError: it could not be written; the page concerned is unchanged.
    """
    seal = seal_of_load(home, load_id)
    for language in LANGUAGES:
        path = home.site(load_id) / f"{FOLDERS[language]}{SEALED}"
        if path.is_file():
            said = _templates().get_template("segel.html").render({"t": Tongue(language), "seal": seal})
            durable.write_text(path, filled(path.read_text(encoding="utf-8"), said), path.stat().st_mode & 0o777)


def alone(template: str, data: Data, language: Language, context: Context) -> str:
    """Render a self-contained page, with its style inside."""
    style = Markup(Path(__file__).with_name("style.css").read_text(encoding="utf-8"))  # noqa: S704 -- ours
    more = {"t": Tongue(language), "data": data, "style": style, "simulated": _simulated(), "alone": True}
    return _templates().get_template(template).render(dict(context) | more)


def _simulated() -> bool:
    return os.environ.get(SIMULATED) == "1"


def link(page: str, target: str) -> str:
    """A relative link from a page to another file of the same language; the site can be served from any path."""
    return posixpath.relpath(target, posixpath.dirname(page) or ".")


def _other(language: Language) -> Language:
    return next(each for each in LANGUAGES if each != language)


@cache
def _templates(room: Path | None = None) -> Any:
    import jinja2

    folders = [room / "templates"] if room else []
    folder = jinja2.FileSystemLoader([*folders, Path(__file__).with_name("templates")])
    environment: Any = jinja2.Environment(
        loader=folder, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.globals["colours"] = charts.COLOURS
    environment.filters["zip"] = partial(zip, strict=True)
    return environment

"""Output of agreements and shares on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from assets.sharing.agreement import Agreement
    from assets.sharing.catalogue import Catalogue
    from assets.sharing.differences import Difference


def check(console: Console, found: Sequence[Agreement], catalogue: Catalogue | None, day: date) -> bool:
    """Show each agreement with its state and its problems, including contracts of tables. catalogue: the publication;
    None to skip it. Returns whether all agreements can be carried out.
    """
    from assets.sharing.catalogue import differing, problems, unnamed
    from assets.sharing.released import unfounded, versions

    all_well, released = True, versions()
    for agreement in found:
        wrong = unfounded([agreement], released) + (problems(agreement, catalogue) if catalogue else [])
        all_well &= not wrong and agreement.in_force(day)
        console.print(f"{agreement.agency:<10} {agreement.number:<18} {_state(agreement, day)}", soft_wrap=True)
        for problem in wrong:
            console.print(f"  [red]{escape(problem)}[/red]", soft_wrap=True)
    if catalogue:
        for problem in (different := differing(list(found), catalogue)):
            console.print(f"[red]{escape(problem)}[/red]", soft_wrap=True)
        all_well &= not different
        left = unnamed(catalogue, list(found))
        console.print(f"{sum(map(len, left.values())):,} columns of {len(left)} tables are in no agency's share.")
    return all_well


def damages(console: Console, found: Sequence[tuple[str, str]]) -> bool:
    """Show problems of shares, and the command that writes them again. Returns whether there are none."""
    for wrong, command in found:
        console.print(f"[red]Share[/red]: {escape(wrong)}; {command}", soft_wrap=True)
    return not found


def _state(agreement: Agreement, day: date) -> str:
    if agreement.ends_soon(day):
        left = (agreement.ends - day).days
        return f"[yellow]ends on {agreement.ends}, in {left} days: extend it, or its access ends[/yellow]"
    if agreement.in_force(day):
        return f"[green]in force[/green] until {agreement.ends}"
    if day < agreement.starts:
        return f"[red]not in force before {agreement.starts}[/red]"
    return f"[red]ended on {agreement.ends}: no data is shared[/red]"


def agreement(console: Console, shown: Agreement) -> None:
    """Show one agreement, table by table."""
    console.print(f"[bold]{shown.agency_name}[/bold], {shown.number}, {shown.starts} to {shown.ends}", soft_wrap=True)
    console.print(shown.purpose, soft_wrap=True)
    console.print(f"{shown.legal_basis.regulation}; {shown.legal_basis.memorandum}", soft_wrap=True)
    console.print(
        f"Media: {', '.join(shown.media)}. Counts are rounded to multiples of {shown.smallest_cell}.", soft_wrap=True
    )
    for officer in shown.officers:
        console.print(f"Officer {officer.name}: only {', '.join(officer.regencies)}.", soft_wrap=True)
    for category, purpose in shown.specific.items():
        console.print(f"Specific data ({category}): {purpose}", soft_wrap=True)
    for each in shown.tables:
        rows = "all rows" if each.conditions is None else f"rows: {escape(str(each.conditions.stated()))}"
        console.print(f"[bold]{each.table}[/bold] ({each.contract} {each.version}), {rows}", soft_wrap=True)
        drawn = Table(box=SIMPLE_HEAD)
        drawn.add_column("column", no_wrap=True)
        drawn.add_column("shown", no_wrap=True)
        for name, mask in each.columns.items():
            drawn.add_row(name, str(mask))
        console.print(drawn)


def differences(console: Console, load: str, found: Sequence[Difference]) -> None:
    """Show what is given now but was not in a load, and the reverse."""
    if not found:
        console.print(f"Agreements give the same as for load {load}.")
        return
    drawn = Table(title=f"Compared with load {load}", title_justify="left", box=SIMPLE_HEAD)
    for name in ("agency", "table", "what", "then", "now"):
        drawn.add_column(name, overflow="fold")
    for each in found:
        drawn.add_row(each.agency, each.table or "", each.what, escape(each.then or "-"), escape(each.now or "-"))
    console.print(drawn)

"""What Jamsosratu's families have that comparable families without it do not.

`households.sql` makes one row per household of a published warehouse: who is on the programme, what households are
compared by, and outcomes. `compare.py` compares them; `report.py` stores what may be shown of that next to the
publication. The method and its limits: docs/decisions/0033-what-the-programme-changes.md.
"""

from assets.effect.report import Report, read, write

__all__ = ["Report", "read", "write"]

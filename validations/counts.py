"""The conservation law as a type: rows read = accepted + quarantined + exact duplicates."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Counts:
    """Rows of one delivery or file; furniture (titles, blanks, totals) is counted apart.

    Raises:
        ValueError: the law does not hold.
    """

    read: int = 0
    accepted: int = 0
    quarantined: int = 0
    duplicate: int = 0
    furniture: int = 0

    def __post_init__(self) -> None:
        if self.read != self.accepted + self.quarantined + self.duplicate:
            raise ValueError(f"conservation law broken: {self}")

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.read + other.read,
            self.accepted + other.accepted,
            self.quarantined + other.quarantined,
            self.duplicate + other.duplicate,
            self.furniture + other.furniture,
        )

    def with_furniture(self, furniture: int) -> Counts:
        return replace(self, furniture=furniture)

    def columns(self) -> dict[str, int]:
        """The columns of quality.deliveries: `rows_read` and so on."""
        return {f"rows_{name}": value for name, value in vars(self).items()}

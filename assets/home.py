"""Paths in HOME and in the landing. Only this module joins them (see docs/architecture.md)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

DONE = "_SELESAI"
"""A file with this name in a delivery's folder marks the delivery as complete."""


@dataclass(frozen=True)
class Home:
    """The folder tree of one warehouse. It only joins paths; `create` makes the folders."""

    root: Path

    @classmethod
    def from_environment(cls) -> Home:
        """The home that SADAYA_HOME names.

        Raises:
            KeyError: SADAYA_HOME is not set.
        """
        return cls(Path(os.environ["SADAYA_HOME"]).resolve())

    def create(self) -> Home:
        """Create the folders that every command needs, private to the user that runs the loads."""
        self.root.mkdir(mode=0o750, parents=True, exist_ok=True)
        for folder in (
            self.deliveries,
            self.loads,
            self.publications,
            self.published,
            self.quality,
            self.progress,
            self.dagster,
        ):
            folder.mkdir(mode=0o750, exist_ok=True)
        return self

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    @property
    def ledger(self) -> Path:
        return self.root / "ledger.sqlite"

    @property
    def dagster(self) -> Path:
        return self.root / "dagster"

    @property
    def identity(self) -> Path:
        """The tables that identity stores between nights: a cache (see `assets.identity.kept`)."""
        return self.root / "identity.duckdb"

    @property
    def keys(self) -> Path:
        """The keys of pseudonyms that no environment variable gives; readable only by the user that runs the loads."""
        return self.root / "keys"

    @property
    def lists(self) -> Path:
        """The families' lists for companions' phones (`field.lists`)."""
        return self.root / "lists"

    @property
    def access(self) -> Path:
        """Accesses on the PostgreSQL server, one Parquet file per file of its log."""
        return self.root / "access"

    @property
    def deliveries(self) -> Path:
        return self.root / "deliveries"

    @property
    def loads(self) -> Path:
        return self.root / "loads"

    @property
    def publications(self) -> Path:
        return self.root / "publications"

    @property
    def published(self) -> Path:
        return self.root / "published"

    @property
    def quality(self) -> Path:
        return self.root / "quality"

    @property
    def progress(self) -> Path:
        """Progress between two loads (`field.progress`), one folder each time it was rebuilt."""
        return self.root / "progress"

    @property
    def progress_work(self) -> Home:
        """The scratch home in which progress is rebuilt."""
        return Home(self.progress / "work")

    @property
    def current_progress(self) -> Path:
        """The directory link that readers of progress go through."""
        return self.progress / "current"

    def delivery(self, source: str, delivery_id: str) -> Path:
        return self.deliveries / source / delivery_id

    def load(self, load_id: str) -> LoadFolder:
        return LoadFolder(self.loads / load_id)

    def publication(self, load_id: str) -> Path:
        return self.publications / load_id

    def warehouse(self, load_id: str) -> Path:
        return self.publication(load_id) / "warehouse.duckdb"

    def rounded(self, load_id: str) -> Path:
        """The aggregates of a load as they are shown (`assets.sharing.rounded`)."""
        return self.publication(load_id) / "rounded.duckdb"

    def effect(self, load_id: str) -> Path:
        """The estimate of the programme's effect, as it may be told (`assets.effect.report`)."""
        return self.publication(load_id) / "effect.json"

    def history(self, load_id: str) -> Path:
        """Indicators of regions up to a load, as the site showed them (`assets.site.history`)."""
        return self.publication(load_id) / "history.parquet"

    def site(self, load_id: str) -> Path:
        """The pages of a load, for everybody who may see them; also of one that was refused."""
        return self.publication(load_id) / "site"

    def extract(self, load_id: str, agency: str) -> Path:
        """An agency's extract of a load."""
        return self.outcomes(load_id, "extracts") / agency

    def outcomes(self, load_id: str, medium: str) -> Path:
        """The outcomes of agencies' shares of a load by one medium: `<agency>.json`."""
        return self.publication(load_id) / medium

    def quality_of(self, load_id: str) -> Path:
        return self.quality / f"{load_id}.duckdb"

    @property
    def current_publication(self) -> Path:
        """The directory link that readers go through."""
        return self.published / "current"

    @property
    def current_snapshot(self) -> Path:
        return self.published / "current.duckdb"

    @property
    def current_quality(self) -> Path:
        return self.quality / "current.duckdb"


@dataclass(frozen=True)
class LoadFolder:
    """The working folder of one load: `HOME/loads/<load_id>`."""

    root: Path

    @property
    def inputs(self) -> Path:
        return self.root / "inputs"

    @property
    def staging(self) -> Path:
        return self.root / "staging.duckdb"

    @property
    def identity(self) -> Path:
        return self.root / "identity"

    @property
    def dbt(self) -> Path:
        return self.root / "dbt"

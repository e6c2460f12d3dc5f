"""Randomly broken deliveries lose no row and crash nothing; `python -m tests.torture.fuzz` runs thousands."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.intake.parse import parse_file
from assets.sources import Delimited, Format, JsonLines, JsonPages, KoboPages, Workbook, all_sources
from tests.torture import fuzz
from tests.torture.mutations import broken

pytestmark = pytest.mark.slow

SOURCES = {kind: [source for source in all_sources() if any(isinstance(each, kind) for each in source.formats)]
           for kind in (Delimited, Workbook, JsonLines, JsonPages, KoboPages)}  # fmt: skip


@pytest.mark.parametrize("kind", SOURCES)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_broken_delivery_is_read_or_refused_and_no_row_is_lost(kind: type[Format], data):
    source = data.draw(st.sampled_from(SOURCES[kind]))
    files = broken(source, data.draw(st.randoms(use_true_random=False)))
    for name, content in files.items():
        with TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(content)
            outcome, rows = fuzz.judged(path, source, Path(folder) / "out", parse_file)
            assert (outcome == "accepted") or not rows


def test_one_seed_breaks_one_way(tmp_path):
    first, second = (fuzz.run(range(7, 10), 60, tmp_path) for _ in range(2))
    assert (first.outcomes, first.rows, first.finds) == (second.outcomes, second.rows, {})

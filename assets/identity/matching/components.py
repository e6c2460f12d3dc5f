"""Connected components of a graph, by SciPy."""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


def label(left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Find the component of each node. Edges are two integer arrays of equal length; returns the nodes and their
    components.

    A component's label is its smallest node, so labels depend on the component alone.
    """
    nodes, index = np.unique(np.concatenate([left, right]), return_inverse=True)
    if not len(nodes):
        return nodes, nodes
    half = len(left)
    graph = coo_array((np.ones(half, np.int8), (index[:half], index[half:])), shape=(len(nodes), len(nodes)))
    count, labels = connected_components(graph, directed=False)
    smallest = np.full(count, nodes.max(), nodes.dtype)
    np.minimum.at(smallest, labels, nodes)
    return nodes, smallest[labels]


def find(connection: duckdb.DuckDBPyConnection, edges: str, table: str) -> None:
    """Make a table (n, component) from the edges (a, b) of a relation."""
    found = connection.execute(f"select a, b from {edges}").fetchnumpy()
    nodes, components = label(found["a"].astype(np.int64), found["b"].astype(np.int64))
    connection.register("found", pl.DataFrame({"n": nodes, "component": components}))
    connection.execute(f"create or replace table {table} as select * from found")
    connection.unregister("found")

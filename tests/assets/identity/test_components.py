"""Connected components against another implementation."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.identity.matching.components import label

node = st.integers(0, 40)


def components(left, right) -> set[frozenset[int]]:
    nodes, names = label(np.array(left, np.int64), np.array(right, np.int64))
    return {frozenset(nodes[names == name].tolist()) for name in np.unique(names)}


@given(st.lists(st.tuples(node, node), min_size=1, max_size=60))
def test_components_are_those_of_networkx(edges):
    left, right = zip(*edges, strict=True)
    assert components(left, right) == {frozenset(found) for found in nx.connected_components(nx.Graph(edges))}


@pytest.mark.parametrize("seed", range(3))
def test_large_sparse_graphs_too(seed):
    graph = nx.gnm_random_graph(3000, 2500, seed=seed)
    left, right = zip(*graph.edges, strict=True)
    ours = components(left, right)
    assert ours == {frozenset(found) for found in nx.connected_components(graph) if len(found) > 1}


@given(st.lists(st.tuples(node, node), min_size=1, max_size=60), st.randoms())
def test_a_component_is_named_after_its_smallest_node_in_whatever_order(edges, random):
    shuffled = [pair if random.random() < 0.5 else pair[::-1] for pair in random.sample(edges, len(edges))]
    first, second = (
        label(*(np.array(side, np.int64) for side in zip(*pairs, strict=True))) for pairs in (edges, shuffled)
    )
    assert [array.tolist() for array in first] == [array.tolist() for array in second]
    nodes, names = first
    assert all(name == nodes[names == name].min() for name in names)


def test_no_edges_no_components():
    nodes, names = label(np.array([], np.int64), np.array([], np.int64))
    assert len(nodes) == len(names) == 0

# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Learns the forest of rounds."""

from __future__ import annotations

import numpy as np
from sklearn.ensemble import RandomForestRegressor

from kodeks.waste.engine.forecast.forest import HEIGHTS, Forest
from kodeks.waste.engine.forecast.history import Floats

TREES, SMALLEST, TRIED, MOST = 60, 10, 0.4, 20_000
"""Trees, rounds in a leaf at least, share of the signs tried at a node, and rounds a tree is grown
from at most."""


def grow(signs: Floats, fill: Floats) -> Forest:
    """From signs (n, F) and fills (n,)."""
    grown = RandomForestRegressor(
        TREES,
        min_samples_leaf=SMALLEST,
        max_features=TRIED,
        max_samples=min(MOST, len(fill)),
        random_state=0,
    ).fit(signs, fill)
    less = fill[:, None] < HEIGHTS
    roots, parts, tables = [], [], []
    nodes = leaves = 0
    for one in grown.estimators_:
        tree = one.tree_
        is_leaf = tree.children_left < 0
        leaf = np.where(is_leaf, np.cumsum(is_leaf) - 1, -1)
        at = leaf[one.apply(signs.astype(np.float32))]
        count = int(is_leaf.sum())
        sums = np.zeros((count, len(HEIGHTS)))
        np.add.at(sums, at, less)
        # A leaf may hold only rounds that its tree was not grown from, but never none.
        tables.append(sums / np.maximum(np.bincount(at, minlength=count), 1)[:, None])
        parts.append(
            np.column_stack(
                [
                    np.maximum(tree.feature, 0),
                    tree.threshold,
                    np.where(is_leaf, 0, tree.children_left + nodes),
                    np.where(is_leaf, 0, tree.children_right + nodes),
                    np.where(is_leaf, leaf + leaves, -1),
                ]
            )
        )
        roots.append(nodes)
        nodes, leaves = nodes + len(leaf), leaves + count
    feature, cut, left, right, leaf = np.concatenate(parts).T
    return Forest(
        root=np.array(roots, dtype=np.int64),
        feature=feature.astype(np.int64),
        cut=cut,
        left=left.astype(np.int64),
        right=right.astype(np.int64),
        leaf=leaf.astype(np.int64),
        below=np.concatenate(tables),
    )

"""Table models as ONNX graphs: one input [N, 1] per column, as a data frame has them, into a forest of decision trees."""

from pathlib import Path

import numpy as np
from onnx import TensorProto

from parts.graph import Graph


def forest(graph: Graph, rows: str, trees, classes: list[str]) -> None:
    """Adds the outputs `label` [N] and `probabilities` [N, C]: scikit-learn's RandomForestClassifier over float `rows` [N, F]."""
    nodes = {
        name: []
        for name in (
            "treeids",
            "nodeids",
            "featureids",
            "values",
            "hitrates",
            "modes",
            "truenodeids",
            "falsenodeids",
            "missing_value_tracks_true",
        )
    }
    leaves = {name: [] for name in ("treeids", "nodeids", "ids", "weights")}
    for number, estimator in enumerate(trees.estimators_):
        tree = estimator.tree_
        for node in range(tree.node_count):
            leaf = tree.children_left[node] < 0
            append(
                nodes,
                number,
                node,
                0 if leaf else int(tree.feature[node]),
                0.0 if leaf else rounded_down(tree.threshold[node]),
                1.0,
                "LEAF" if leaf else "BRANCH_LEQ",
                0 if leaf else int(tree.children_left[node]),
                0 if leaf else int(tree.children_right[node]),
                0,
            )
            if leaf:
                votes = tree.value[node][0]
                for index in np.flatnonzero(votes > 0).tolist():
                    append(leaves, number, node, index, float(votes[index] / votes.sum() / len(trees.estimators_)))
    graph.add(
        "TreeEnsembleClassifier",
        [rows],
        "label",
        "ai.onnx.ml",
        classlabels_strings=list(classes),
        post_transform="NONE",
        **{f"nodes_{name}": values for name, values in nodes.items()},
        **{f"class_{name}": values for name, values in leaves.items()},
    )
    graph.nodes[-1].output.append("probabilities")


def rounded_down(threshold: float) -> float:
    """The largest float32 that is not above a threshold.

    scikit-learn compares float32 values with float64 thresholds; ONNX has float32 ones. Rounding to the nearest could pass a value.
    """
    nearest = np.float32(threshold)
    return float(np.nextafter(nearest, np.float32(-np.inf)) if nearest > threshold else nearest)


def append(lists: dict[str, list], *row) -> None:
    for values, value in zip(lists.values(), row):
        values.append(value)


def save(graph: Graph, path: Path, name: str, classes: list[str]) -> None:
    graph.save(
        path,
        name,
        [("label", TensorProto.STRING, ["N"]), ("probabilities", TensorProto.FLOAT, ["N", len(classes)])],
        opset=17,
        metadata={"classes": ",".join(classes)},
        producer="hand-built",
    )


def feed(rows: list[dict], numbers: list[str], texts: list[str] | tuple = ()) -> dict:
    """One feed for all rows, each {column: value}. A number that is None is missing: NaN. Missing text is empty."""
    return {
        **{c: np.array([[np.nan if r[c] is None else r[c]] for r in rows], np.float32) for c in numbers},
        **{c: np.array([[r[c] or ""] for r in rows], object) for c in texts},
    }

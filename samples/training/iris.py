"""Makes iris: which of three irises is it, from four measures of its flower in centimetres?

A random forest of 30 trees on 70 % of the iris data that scikit-learn ships.

Inputs:  sepal_length, sepal_width, petal_length, petal_width   float32 [N, 1]
Outputs: label          string  [N]
         probabilities  float32 [N, 3]
"""

import numpy as np
from onnx import TensorProto
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

from parts import figures, runtime, table
from parts.graph import Graph
from parts.places import out

COLUMNS = ["sepal_length", "sepal_width", "petal_length", "petal_width"]
EXAMPLES = [
    dict(zip(COLUMNS, row)) for row in ([5.1, 3.5, 1.4, 0.2], [6.0, 2.9, 4.5, 1.5], [6.3, 3.3, 6.0, 2.5], [6.0, 2.7, 5.0, 1.6])
]


def main() -> None:
    data = load_iris()
    classes = list(map(str, data.target_names))
    x, x_test, y, y_test = train_test_split(
        data.data.astype(np.float32), data.target, test_size=0.3, random_state=0, stratify=data.target
    )
    trees = RandomForestClassifier(30, max_depth=5, random_state=0).fit(x, y)

    graph = Graph()
    table.forest(
        graph, graph.add("Concat", [graph.input(c, TensorProto.FLOAT, ["N", 1]) for c in COLUMNS], "X", axis=1), trees, classes
    )
    path = out("iris") / "model.onnx"
    table.save(graph, path, "iris", classes)

    # Shortest decimals, not float32 written out: 5.1 reads better than 5.099999904632568 and is the same float32.
    rows = [dict(zip(COLUMNS, (float(str(v)) for v in row))) for row in x_test]
    actual = np.array(classes)[y_test]
    labels, scores = runtime.predict(path, [table.feed(rows, COLUMNS)])
    quality = figures.quality("Iris data, the held-out 30 %", labels, actual)
    same = figures.agreement(
        "The same, against scikit-learn", labels, scores, np.array(classes)[trees.predict(x_test)], trees.predict_proba(x_test)
    )
    known = figures.references(EXAMPLES, *runtime.predict(path, [table.feed(EXAMPLES, COLUMNS)]))
    held, says = figures.held_out(
        "Iris data (R. A. Fisher, 1936), the held-out 30 % (Debian python3-sklearn 1.2.1)",
        "BSD-3-Clause, the scikit-learn developers",
        rows,
        actual,
        labels,
    )
    figures.write(
        "iris",
        {
            "recipe": "iris.py",
            "versions": figures.versions(["scikit-learn"]),
            "quality": [quality],
            "agreement": [same],
            "references": known,
            "heldOut": says,
        },
        held,
    )


if __name__ == "__main__":
    main()

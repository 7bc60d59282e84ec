"""Makes penguins: which of three penguins is it, from four measures, its island and its sex? Anything may be missing.

A random forest of 30 trees on 70 % of palmerpenguins (Debian's r-cran-palmerpenguins). A missing number becomes the median of
the training rows; text that is missing or unknown becomes none of the categories.

Inputs:  bill_length_mm, bill_depth_mm, flipper_length_mm, body_mass_g   float32 [N, 1]   NaN is missing
         island, sex                                                     string  [N, 1]   empty is missing
Outputs: label          string  [N]
         probabilities  float32 [N, 3]
"""

import csv
from pathlib import Path

import numpy as np
from onnx import TensorProto
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

from parts import figures, runtime, table
from parts.graph import Graph
from parts.places import out

DATA = Path("/usr/lib/R/site-library/palmerpenguins/extdata/penguins.csv")
NUMBERS = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
CATEGORIES = {"island": ["Biscoe", "Dream", "Torgersen"], "sex": ["female", "male"]}

EXAMPLES = [
    dict(zip([*NUMBERS, *CATEGORIES], row))
    for row in (
        [39.1, 18.7, 181, 3750, "Torgersen", "male"],
        [46.5, 17.9, 192, 3500, "Dream", "female"],
        [46.1, 13.2, 211, 4500, "Biscoe", "female"],
        [None, None, 215, None, "", ""],
        [None, None, None, None, "Mars", None],
    )
]


def load() -> tuple[list[dict], np.ndarray]:
    """Rows {column: number, text or None} and the species of each."""
    value = lambda row, column: None if row[column] in ("NA", "") else float(row[column]) if column in NUMBERS else row[column]
    with DATA.open() as file:
        rows = list(csv.DictReader(file))
    return [{c: value(row, c) for c in [*NUMBERS, *CATEGORIES]} for row in rows], np.array([row["species"] for row in rows])


def features(rows: list[dict], medians: np.ndarray) -> np.ndarray:
    """[N, 9]: four numbers, then one column per category. As the graph prepares them."""
    numbers = np.array([[np.nan if row[c] is None else row[c] for c in NUMBERS] for row in rows], np.float32)
    chosen = [[float(row[c] == category) for c, categories in CATEGORIES.items() for category in categories] for row in rows]
    return np.hstack([np.where(np.isnan(numbers), medians, numbers), np.float32(chosen)])


def write(trees: RandomForestClassifier, medians: np.ndarray, path: Path) -> None:
    graph = Graph()
    numbers = graph.add("Concat", [graph.input(c, TensorProto.FLOAT, ["N", 1]) for c in NUMBERS], "num", axis=1)
    columns = [
        graph.add(
            "Imputer", [numbers], "numi", "ai.onnx.ml", imputed_value_floats=medians.tolist(), replaced_value_float=float("nan")
        )
    ]
    for column, categories in CATEGORIES.items():
        chosen = graph.add(
            "OneHotEncoder",
            [graph.input(column, TensorProto.STRING, ["N", 1])],
            f"{column}_oh3",
            "ai.onnx.ml",
            cats_strings=categories,
            zeros=1,
        )
        shape = graph.constant(f"{column}_shp", np.array([-1, len(categories)], np.int64))  # [N, 1, C] to [N, C]
        columns.append(graph.add("Reshape", [chosen, shape], f"{column}_oh"))
    table.forest(graph, graph.add("Concat", columns, "X", axis=1), trees, list(trees.classes_))
    table.save(graph, path, "penguins", list(map(str, trees.classes_)))


def main() -> None:
    rows, species = load()
    training, test = train_test_split(np.arange(len(rows)), test_size=0.3, random_state=0, stratify=species)
    pick = lambda indexes: [rows[i] for i in indexes]
    medians = np.nanmedian(features(pick(training), np.full(4, np.nan, np.float32))[:, :4], 0).astype(np.float32)
    trees = RandomForestClassifier(30, max_depth=6, random_state=0).fit(features(pick(training), medians), species[training])
    path = out("penguins") / "model.onnx"
    write(trees, medians, path)

    ask = lambda some: runtime.predict(path, [table.feed(some, NUMBERS, list(CATEGORIES))])
    labels, scores = ask(pick(test))
    quality = figures.quality("palmerpenguins, the held-out 30 %", labels, species[test])
    x = features(pick(test), medians)
    same = figures.agreement("The same, against scikit-learn", labels, scores, trees.predict(x), trees.predict_proba(x))
    known = figures.references(EXAMPLES, *ask(EXAMPLES))
    held, says = figures.held_out(
        "palmerpenguins, the held-out 30 % (Debian r-cran-palmerpenguins 0.1.1)",
        "CC0 1.0, Allison Horst, Alison Hill and Kristen Gorman",
        pick(test),
        species[test],
        labels,
    )
    figures.write(
        "penguins",
        {
            "recipe": "penguins.py",
            "versions": figures.versions(["scikit-learn"], debian={"palmerpenguins": "0.1.1"}),
            "quality": [quality],
            "agreement": [same],
            "references": known,
            "heldOut": says,
        },
        held,
    )


if __name__ == "__main__":
    main()

"""Text classifiers as ONNX graphs: tokenising, TF-IDF and logistic regression with ONNX Runtime's own operators.

Such a graph takes strings [N] and needs nothing beside it: no tokenizer file, no library of further operators.
"""

from pathlib import Path

import numpy as np
from onnx import TensorProto

from parts.graph import Graph

MICROSOFT = {"com.microsoft": 1}
"""The operator set that Tokenizer belongs to."""


def tokens(graph: Graph, expression: str, shortest: int, names: tuple[str, str] = ("", "")) -> str:
    """Adds the input `text` [N] and gives its lower-cased tokens [N, T], padded with one NUL character."""
    text = graph.input("text", TensorProto.STRING, ["N"])
    # Locale C: a bare machine has no other, and then ONNX Runtime's default, en_US, fails the whole model.
    lowered = graph.add(
        "StringNormalizer", [text], "lowered", **named(names[0]), case_change_action="LOWER", is_case_sensitive=1, locale="C"
    )
    return graph.add(
        "Tokenizer",
        [lowered],
        "tokens",
        "com.microsoft",
        **named(names[1]),
        mark=0,
        pad_value="\x00",
        mincharnum=shortest,
        tokenexp=expression
    )


def counts(graph: Graph, tokens: str, output: str, columns: dict[str, int], longest: int = 1, name: str = "") -> str:
    """Counts of n-grams of up to `longest` tokens; `columns` gives each n-gram (words joined by one space) its column."""
    pool, starts, indexes = [], [], []
    for n in range(1, longest + 1):
        starts.append(len(pool))
        for gram, column in columns.items():
            if gram.count(" ") == n - 1:
                pool += gram.split(" ")
                indexes.append(int(column))
    return graph.add(
        "TfIdfVectorizer",
        [tokens],
        output,
        **named(name),
        mode="TF",
        min_gram_length=1,
        max_gram_length=longest,
        max_skip_count=0,
        ngram_counts=starts,
        ngram_indexes=indexes,
        pool_strings=pool
    )


def normalised(graph: Graph, counts: str, output: str, axis: str | None = None, raw: str = "raw", safe: str = "norm1") -> str:
    """Counts times the constant `idf`, each row divided by its length. `axis` names a constant from opset 18 on."""
    weighted = graph.add("Mul", [counts, "idf"], raw)
    norm = graph.add("ReduceL2", [weighted] + ([axis] if axis else []), "norm", keepdims=1, **({} if axis else {"axes": [1]}))
    # A row without a known word has length 0: it stays 0 instead of becoming NaN.
    return graph.add("Div", [weighted, graph.add("Max", [norm, "eps"], safe)], output)


def logistic(graph: Graph, features: str, coefficients: np.ndarray, intercept: float, classes: list[str], name: str = "") -> None:
    """Adds the outputs: `label` [N] and `probabilities` [N, 2]; the coefficients are those of the second class."""
    c = np.asarray(coefficients, np.float32).ravel()
    graph.add(
        "LinearClassifier",
        [features],
        "label",
        "ai.onnx.ml",
        **named(name),
        coefficients=np.concatenate([-c, c]).tolist(),
        intercepts=[-float(intercept), float(intercept)],
        classlabels_strings=classes,
        multi_class=0,
        post_transform="LOGISTIC"
    )
    graph.nodes[-1].output.append("probabilities")


def save(
    graph: Graph,
    path: Path,
    name: str,
    classes: list[str],
    opset: int,
    metadata: dict[str, str] | None = None,
    producer: str | None = "hand-built",
) -> None:
    graph.save(
        path,
        name,
        [("label", TensorProto.STRING, ["N"]), ("probabilities", TensorProto.FLOAT, ["N", len(classes)])],
        opset,
        {"classes": ",".join(classes), **(metadata or {})},
        MICROSOFT,
        producer,
    )


def named(name: str) -> dict:
    return {"name": name} if name else {}

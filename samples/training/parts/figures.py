"""What a recipe measured, in the form of figures.json, and the small held-out set that a test can repeat it with."""

import importlib.metadata
import json
import platform

import numpy as np

from parts.places import PACKAGES, out


def versions(python: list[str] | tuple = (), npm: list[str] | tuple = (), debian: dict[str, str] | None = None) -> dict[str, str]:
    """The versions that a recipe ran with; `debian` are those that no package metadata tells."""
    found = {"python": platform.python_version()}
    found |= {name: importlib.metadata.version(name) for name in ["onnx", "numpy", *python]}
    for name in ["onnxruntime-node", *npm]:
        found[name] = json.loads((PACKAGES / name / "package.json").read_text())["version"]
    return found | (debian or {})


def quality(data: str, predicted, actual) -> dict:
    """How many of one data set were right."""
    right = np.asarray(predicted, str) == np.asarray(actual, str)
    figures = {"data": data, "n": len(right), "right": int(right.sum()), "accuracy": round(float(right.mean()), 4)}
    print(f"  {data}: {figures['right']} of {figures['n']} right, {figures['accuracy']:.2%}")
    return figures


def agreement(data: str, labels, scores, original_labels, original_scores) -> dict:
    """How a converted model compares with what it was converted from."""
    same = np.asarray(labels, str) == np.asarray(original_labels, str)
    difference = float(np.abs(np.asarray(scores, float) - np.asarray(original_scores, float)).max())
    figures = {"data": data, "n": len(same), "sameLabel": int(same.sum()), "largestDifference": float(f"{difference:.1e}")}
    print(
        f"  {data}: {figures['sameLabel']} of {figures['n']} labels as the original's, scores differ by at most {difference:.1e}"
    )
    return figures


def references(inputs: list, labels, scores, names: list[str] | None = None) -> list[dict]:
    """A few inputs with the answer to each; `names` stand for inputs that are too large to write down."""
    found = [
        {"input": i, "label": str(label), "score": round(float(row.max()), 4)}
        for i, label, row in zip(names or inputs, labels, scores)
    ]
    for row in found:
        print(f"  {json.dumps(row['input'], ensure_ascii=False)[:90]} -> {row['label']} {row['score']:.3f}")
    return found


def held_out(about: str, licence: str, inputs: list, actual, labels, drawn_from: dict | None = None) -> tuple[dict, dict]:
    """The set for the repository, and what figures.json says of it: how many the recipe's own evaluation got right.

    `drawn_from` is the quality on the larger set that these rows were drawn from, where there is one.
    """
    rows = [{"input": i, "label": str(a)} for i, a in zip(inputs, actual)]
    says = {"n": len(rows), "right": int((np.asarray(labels, str) == np.asarray(actual, str)).sum())}
    if drawn_from:
        says["drawnFrom"] = {key: drawn_from[key] for key in ("n", "right")}
    print(f"  held-out set in the repository: {says['right']} of {says['n']} right")
    return {"about": about, "licence": licence, "rows": rows}, says


def write(name: str, figures: dict, rows: dict | None = None) -> None:
    """Writes out/NAME/figures.json and out/NAME/held-out.json."""
    folder = out(name)
    (folder / "figures.json").write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n")
    if rows:
        # One row a line: a change shows in a diff.
        head = json.dumps({key: rows[key] for key in ("about", "licence")}, ensure_ascii=False)[:-1]
        lines = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows["rows"])
        (folder / "held-out.json").write_text(f'{head}, "rows": [\n{lines}\n]}}\n')

"""Compares what a recipe made (out/NAME) with what is shipped (samples/models/NAME), and on demand ships it.

    compare.py [--ship] NAME
"""

import base64
import hashlib
import io
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto
from PIL import Image

from parts import runtime, table
from parts.places import IMAGES, OUT, SHIPPED, TRAINING

FIGURES = TRAINING / "figures.json"


def feeds(model: Path, inputs: list) -> list[dict]:
    """Inputs as figures.json and held-out sets write them, as feeds for a model: text, a picture's file or base64, a table's row."""
    columns = {i.name: i.type.tensor_type.elem_type for i in onnx.load(str(model)).graph.input}
    if list(columns) == ["text"]:
        return runtime.texts(inputs)
    if list(columns) == ["image"]:
        files = [IMAGES / i if (IMAGES / i).exists() else io.BytesIO(base64.b64decode(i)) for i in inputs]
        return [{"image": np.asarray(Image.open(file).convert("RGB"))} for file in files]
    texts = [name for name, element in columns.items() if element == TensorProto.STRING]
    return [table.feed(inputs, [name for name in columns if name not in texts], texts)]


def compare(name: str) -> None:
    made, shipped = OUT / name / "model.onnx", SHIPPED / name / "model.onnx"
    if made.read_bytes() == shipped.read_bytes():
        print(f"  the same file as the shipped one, {made.stat().st_size} bytes")
        return
    figures, held_out = json.loads((OUT / name / "figures.json").read_text()), OUT / name / "held-out.json"
    rows = figures["references"] + (json.loads(held_out.read_text())["rows"] if held_out.exists() else [])
    (labels, scores), (old_labels, old_scores) = (
        runtime.predict(m, feeds(m, [row["input"] for row in rows])) for m in (made, shipped)
    )
    print(
        f"  NOT the shipped file ({made.stat().st_size} bytes, shipped {shipped.stat().st_size}): on references and held-out set"
        f" {(labels == old_labels).sum()} of {len(rows)} labels are the same, scores differ by at most {np.abs(scores - old_scores).max():.3f}"
    )
    known = len(figures["references"])
    if len(rows) > known:
        actual = np.array([row["label"] for row in rows[known:]], object)
        print(
            f"  held-out set: {(labels[known:] == actual).sum()} right, shipped {(old_labels[known:] == actual).sum()}, of {len(actual)}"
        )


def ship(name: str) -> None:
    made = OUT / name
    shutil.copyfile(made / "model.onnx", SHIPPED / name / "model.onnx")
    if not (made / "figures.json").exists():
        return  # india is arithmetic: nothing was measured.
    all_figures = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    digest = hashlib.sha256((made / "model.onnx").read_bytes()).hexdigest()
    all_figures[name] = {"sha256": digest, **json.loads((made / "figures.json").read_text())}
    FIGURES.write_text(json.dumps(dict(sorted(all_figures.items())), ensure_ascii=False, indent=2) + "\n")
    if (made / "held-out.json").exists():
        (TRAINING / "held-out").mkdir(exist_ok=True)
        shutil.copyfile(made / "held-out.json", TRAINING / "held-out" / f"{name}.json")


if __name__ == "__main__":
    compare(sys.argv[-1])
    if "--ship" in sys.argv:
        ship(sys.argv[-1])

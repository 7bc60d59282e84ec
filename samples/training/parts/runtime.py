"""Running a model as the server does, in ONNX Runtime: the package for Node, by way of evaluate.mjs."""

import base64
import json
import subprocess
from pathlib import Path

import numpy as np

from parts.places import TRAINING


def run(model: Path, feeds: list[dict]) -> list[dict]:
    """The outputs for each feed: {name: array}. Numbers in arrays keep their element type; lists are text."""
    job = {"model": str(model), "feeds": [{name: _tensor(value) for name, value in feed.items()} for feed in feeds]}
    node = subprocess.run(["node", str(TRAINING / "evaluate.mjs")], input=json.dumps(job), capture_output=True, text=True)
    if node.returncode != 0:
        raise RuntimeError(f"{model.parent.name}: {node.stderr[-2000:]}")
    return [
        {name: np.array(o["values"], _element(o["values"])).reshape(o["dims"]) for name, o in outputs.items()}
        for outputs in json.loads(node.stdout)
    ]


def predict(model: Path, feeds: list[dict]) -> tuple[np.ndarray, np.ndarray]:
    """Labels [N] and scores [N, C] of a classifier, over all rows of all feeds."""
    results = run(model, feeds)
    scores = "probabilities" if "probabilities" in results[0] else "scores"
    return np.concatenate([r["label"] for r in results]), np.concatenate([r[scores] for r in results])


def texts(values: list[str], batch: int = 64) -> list[dict]:
    """Feeds for a text model, some rows each: a feed's rows are padded to its longest."""
    return [{"text": list(values[i : i + batch])} for i in range(0, len(values), batch)]


def _tensor(value) -> dict:
    if not isinstance(value, np.ndarray):
        value = np.array(value, object)
    if value.dtype == object:
        return {"type": "string", "dims": list(value.shape), "values": value.ravel().tolist()}
    return {"type": value.dtype.name, "dims": list(value.shape), "base64": base64.b64encode(value.tobytes()).decode()}


def _element(values: list):
    return object if values and isinstance(values[0], str) else np.float32

"""Asking an original implementation, by way of originals.mjs."""

import json
import subprocess

from parts.places import TRAINING


def ask(name: str, question):
    """The answer of one function of originals.mjs; the comments there say what it takes and gives."""
    node = subprocess.run(
        ["node", str(TRAINING / "originals.mjs"), name], input=json.dumps(question), capture_output=True, text=True
    )
    if node.returncode != 0:
        raise RuntimeError(f"originals.mjs {name}: {node.stderr[-2000:]}")
    return json.loads(node.stdout)

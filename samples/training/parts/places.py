"""Where things lie. Every path is below samples, or is a Debian package's."""

from pathlib import Path

TRAINING = Path(__file__).resolve().parent.parent
SAMPLES = TRAINING.parent
PACKAGES = TRAINING / ".cache" / "node_modules"
"""The npm packages of package.json, as make.sh installs them."""
OUT = TRAINING / "out"
"""What the recipes write: out/NAME/model.onnx and, beside it, figures.json and held-out.json."""
IMAGES = SAMPLES / "images"
SHIPPED = SAMPLES / "models"


def out(name: str) -> Path:
    """The folder that one recipe writes to, made if it is not there."""
    folder = OUT / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder

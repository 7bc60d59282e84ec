"""Runs the examples of Triton's Python client, as they are, against a server that serves the repository `examples` of make_models.py.

    TRITON_CLIENT=CHECKOUT python3 triton_examples.py HOST:PORT PICTURE

The one for pictures imports the client for gRPC too, whose generated part a checkout lacks: name a built one with TRITON_BUILT (a folder with
`tritonclient` in it), or it is left out.
"""

import os
import subprocess
import sys
import tempfile

EXAMPLES = [
    ["simple_http_health_metadata.py"],
    ["simple_http_infer_client.py"],
    ["simple_http_infer_client.py", "--request-compression-algorithm", "gzip", "--response-compression-algorithm", "deflate"],
    ["simple_http_infer_client.py", "--request-compression-algorithm", "deflate", "--response-compression-algorithm", "gzip"],
    ["simple_http_async_infer_client.py"],
    ["simple_http_aio_infer_client.py"],
    ["simple_http_string_infer_client.py"],
    ["simple_http_model_control.py"],
]

# What the package of that name does for the example; it stopped at Python 3.9.
ATTRDICT = """
class AttrDict(dict):
    def __init__(self, *args, **named):
        super().__init__(*args, **named)
        for key, value in self.items():
            self[key] = AttrDict._of(value)

    @staticmethod
    def _of(value):
        if isinstance(value, dict):
            return AttrDict(value)
        return [AttrDict._of(each) for each in value] if isinstance(value, list) else value

    __getattr__ = dict.__getitem__
    __setattr__ = dict.__setitem__
"""


def main():
    address, picture = sys.argv[1], os.path.abspath(sys.argv[2])
    checkout = os.environ["TRITON_CLIENT"]
    built = os.environ.get("TRITON_BUILT")
    examples = list(EXAMPLES)
    if built:
        for options in (["-c", "2", "-s", "INCEPTION"], ["-c", "1", "-s", "VGG", "--async"]):
            examples.append(["image_client.py", "-m", "densenet_onnx", *options, picture])
    with tempfile.TemporaryDirectory() as stand_ins:
        try:
            import attrdict  # noqa: F401
        except ImportError:
            with open(os.path.join(stand_ins, "attrdict.py"), "w", encoding="utf-8") as file:
                file.write(ATTRDICT)
        paths = [built or os.path.join(checkout, "src/python/library"), os.environ.get("PYTHONPATH", ""), stand_ins]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
        for name, *options in examples:
            command = [sys.executable, os.path.join(checkout, "src/python/examples", name), "-u", address, *options]
            done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
            if done.returncode != 0:
                raise SystemExit(f"DIFFERENT: {name} {options}: {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
            print("same:", name, *options)


if __name__ == "__main__":
    main()

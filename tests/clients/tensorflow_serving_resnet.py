"""Runs TensorFlow Serving's REST example, resnet_client.py, as it is, against a server that has a model `resnet` (make_models.py, `types`).

    TENSORFLOW_SERVING=CHECKOUT python3 tensorflow_serving_resnet.py http://HOST:PORT PICTURE

The example downloads its picture: here from this process, which serves the file that is given.
"""

import functools
import http.server
import importlib.util
import os
import sys
import threading


def main():
    url, picture = sys.argv[1], os.path.abspath(sys.argv[2])
    spec = importlib.util.spec_from_file_location(
        "resnet_client", os.path.join(os.environ["TENSORFLOW_SERVING"], "tensorflow_serving/example/resnet_client.py"))
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)

    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=os.path.dirname(picture))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as files:
        threading.Thread(target=files.serve_forever, daemon=True).start()
        example.IMAGE_URL = f"http://127.0.0.1:{files.server_port}/{os.path.basename(picture)}"
        example.SERVER_URL = f"{url}/v1/models/resnet:predict"
        example.main()
        files.shutdown()
    print("same: resnet_client")


if __name__ == "__main__":
    main()

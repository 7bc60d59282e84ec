"""Drives KServe's Python client for REST, as it is, against a server that serves the repository `types` of make_models.py.

    KSERVE=CHECKOUT python3 kserve_python.py http://HOST:PORT

The package's own files are loaded from the checkout; its __init__, which imports a server and a client of Kubernetes, is passed over. Where
one of its dependencies is not installed, a stand-in takes its place: only orjson has a part in what is sent, and json writes the same.
"""

import asyncio
import importlib.util
import json
import os
import sys
import types

import httpx
import numpy as np

ROOT = os.path.join(os.environ["KSERVE"], "python/kserve/kserve")


def stand_in(name, **members):
    """A module of that name, unless there is a real one."""
    try:
        if importlib.util.find_spec(name) is not None:
            return
    except ModuleNotFoundError:
        pass
    module = types.ModuleType(name)
    module.__dict__.update(members)
    module.__path__ = []
    sys.modules[name] = module


def package(name, *path):
    module = types.ModuleType(name)
    module.__path__ = [os.path.join(ROOT, *path)]
    sys.modules[name] = module


def prepare():
    written = {
        "dumps": lambda value: json.dumps(value, separators=(",", ":")).encode(),
        "loads": json.loads,
        "JSONDecodeError": json.JSONDecodeError,
    }
    stand_in("orjson", orjson=types.SimpleNamespace(**written), **written)
    sys.modules["orjson"].__dict__.setdefault("orjson", sys.modules["orjson"])
    for name, members in (
        ("cloudevents", {}),
        ("cloudevents.conversion", {"to_binary": None, "to_structured": None}),
        ("cloudevents.http", {"CloudEvent": type("CloudEvent", (), {})}),
    ):
        stand_in(name, **members)
    package("kserve")
    package("kserve.protocol", "protocol")
    # What is spoken here is not gRPC: its generated code wants one release of protobuf.
    for name in ("grpc", "grpc.grpc_predict_v2_pb2", "grpc.grpc_predict_v2_pb2_grpc"):
        module = types.ModuleType("kserve.protocol." + name)
        module.__path__ = []
        module.__getattr__ = lambda member: type(member, (), {})
        sys.modules["kserve.protocol." + name] = module
    import pydantic

    if not hasattr(pydantic, "ConfigDict"):
        models = types.ModuleType("kserve.protocol.rest.v2_datamodels")
        models.InferenceRequest = type("InferenceRequest", (), {})
        package("kserve.protocol.rest", "protocol", "rest")
        sys.modules["kserve.protocol.rest.v2_datamodels"] = models


prepare()

from kserve.inference_client import InferenceRESTClient, RESTConfig  # noqa: E402  (found by the lines above)
from kserve.protocol.infer_type import InferInput, InferRequest, RequestedOutput  # noqa: E402


def expect(condition, what):
    if not condition:
        raise SystemExit(f"DIFFERENT: {what}")


async def fails(call, *words):
    try:
        await call
    except httpx.HTTPStatusError as error:
        for word in words:
            expect(word in str(error), f"expected {word!r} in {str(error)!r}")
        return
    raise SystemExit(f"DIFFERENT: no error with {words}")


async def version_2(url):
    client = InferenceRESTClient(RESTConfig(protocol="v2", retries=2))
    expect(await client.is_server_live(url) is True and await client.is_server_ready(url) is True, "live and ready")
    expect(await client.is_model_ready(url, "simple"), "a model is ready before its first request")
    expect(not await client.is_model_ready(url, "nobody"), "an unknown model is not ready")
    for datatype, values in (
        ("FP32", np.array([[1.5, -0.0, 3e38]], np.float32)),
        ("FP64", np.array([[1 / 3, 5e-324]])),
        ("INT64", np.array([[2**63 - 1, -(2**63)]])),
        ("UINT8", np.array([[0, 255]], np.uint8)),
        ("BOOL", np.array([[True, False]])),
        ("BYTES", np.array([[b"a", "ü😀".encode()]], dtype=np.object_)),
        ("FP16", np.array([[0.5, 65504]], np.float16)),
    ):
        for binary in (True, False):
            if datatype == "FP16" and not binary:
                continue  # The client refuses to write it.
            given = InferInput("INPUT0", list(values.shape), datatype)
            given.set_data_from_numpy(values, binary_data=binary)
            wanted = RequestedOutput("OUTPUT0", parameters={"binary_data": binary})
            model = "identity_" + datatype.lower()
            asked = InferRequest(model, [given], request_id="id-7", request_outputs=[wanted], parameters={"mine": "text"})
            headers = {}
            answer = await client.infer(url, asked, model_name=model, response_headers=headers)
            came = answer.outputs[0].as_numpy()
            if datatype == "BYTES":
                came = np.array([x if isinstance(x, bytes) else x.encode() for x in came.flatten()], dtype=np.object_).reshape(values.shape)
            expect(np.array_equal(came, values) and answer.id == "id-7" and answer.model_name == model, f"{datatype}, binary {binary}: {answer}")
            expect(("inference-header-content-length" in headers) == binary, f"{datatype}: {headers}")
    plain = {"inputs": [{"name": "INPUT0", "shape": [1, 2], "datatype": "INT32", "data": [[1, 2]]}]}
    answer = await client.infer(url, plain, model_name="identity_int32")
    expect(answer.outputs[0].data == [1, 2] and answer.outputs[0].shape == [1, 2], answer)
    await fails(client.infer(url, plain, model_name="nobody"), "404", "Request for unknown model: 'nobody' is not found")
    await fails(client.infer(url, {"inputs": []}, model_name="identity_int32"), "400", "INPUT0")
    await client.close()


async def version_1(url):
    client = InferenceRESTClient(RESTConfig(protocol="v1"))
    expect(await client.is_server_live(url) is True, "alive")
    expect(await client.is_model_ready(url, "half_plus_two") is True, "ready in V1's words")
    await fails(client.is_model_ready(url, "nobody"), "404")
    answer = await client.infer(url, {"instances": [1.0, 2.0, 5.0]}, model_name="half_plus_two")
    expect(answer == {"predictions": [2.5, 3.0, 4.5]}, answer)
    await fails(client.infer(url, {"instances": "none"}, model_name="half_plus_two"), "400")
    await fails(client.infer(url, {"instances": [1.0]}, model_name="nobody"), "404", "nobody")
    await fails(client.explain(url, "half_plus_two", {"instances": [1.0]}), "half_plus_two")
    await client.close()


async def main():
    for part in (version_2, version_1):
        await part(sys.argv[1])
        print("same:", part.__name__)


if __name__ == "__main__":
    asyncio.run(main())

"""Drives Triton's Python client for HTTP, as it is, against a server that serves the repository `types` of make_models.py.

    TRITON_CLIENT=CHECKOUT python3 triton_python.py HOST:PORT
"""

import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.environ["TRITON_CLIENT"], "src/python/library"))

import tritonclient.http as triton  # noqa: E402  (found by the line above)
from tritonclient.utils import InferenceServerException, triton_to_np_dtype  # noqa: E402

INTEGERS = ["UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64"]
FLOATS = ["FP16", "FP32", "FP64"]


def expect(condition, what):
    if not condition:
        raise SystemExit(f"DIFFERENT: {what}")


def fails(what, *words):
    """Calls it, expects an error that holds the words, and returns it."""
    try:
        what()
    except InferenceServerException as error:
        for word in words:
            expect(word in error.message(), f"expected {word!r} in {error.message()!r}")
        return error
    raise SystemExit(f"DIFFERENT: no error with {words}")


def samples(datatype):
    """The type's edges, [2, 3]."""
    kind = triton_to_np_dtype(datatype)
    if datatype == "BOOL":
        return np.array([[True, False, True], [False, False, True]])
    if datatype == "BYTES":
        return np.array([[b"", b"a", "ü€😀".encode()], [b'"\\\n', b"he\0llo", b"x" * 70000]], dtype=np.object_)
    if datatype == "BF16":
        return np.array([[0, 1, -2], [0.5, -0.25, 2.0**100]], dtype=np.float32)
    if datatype in FLOATS:
        info = np.finfo(kind)
        return np.array([[0, -0.0, info.max], [info.min, info.tiny, 1 / 3]], dtype=kind)
    info = np.iinfo(kind)
    return np.array([[0, 1, info.max], [info.min, 7, 8]], dtype=kind)


def infer(client, model, datatype, values, binary_in=True, binary_out=True, **options):
    given = triton.InferInput("INPUT0", list(values.shape), datatype)
    given.set_data_from_numpy(values, binary_data=binary_in)
    wanted = triton.InferRequestedOutput("OUTPUT0", binary_data=binary_out)
    return client.infer(model, [given], outputs=[wanted], **options)


def same(came, sent):
    if sent.dtype == np.object_:
        came = np.array([x if isinstance(x, bytes) else x.encode() for x in came.flatten()], dtype=np.object_).reshape(sent.shape)
        return np.array_equal(came, sent)
    return came.dtype == sent.dtype and came.shape == sent.shape and came.tobytes() == sent.tobytes()


def health_and_metadata(client):
    expect(client.is_server_live() and client.is_server_ready(), "live and ready")
    expect(client.is_model_ready("simple") and client.is_model_ready("simple", "1"), "a model is ready before its first request")
    expect(not client.is_model_ready("nobody"), "an unknown model is not ready")
    server = client.get_server_metadata()
    expect(server["name"] == "triton" and "binary_tensor_data" in server["extensions"], server)
    model = client.get_model_metadata("simple", "1")
    expect(model["versions"] == ["1"] and model["platform"] == "onnxruntime_onnx", model)
    expect(model["inputs"][0] == {"name": "INPUT0", "datatype": "INT32", "shape": [1, 16]}, model)
    config = client.get_model_config("simple")
    expect(config["input"][0]["data_type"] == "TYPE_INT32" and config["input"][0]["dims"] == [1, 16], config)
    fails(lambda: client.get_model_metadata("nobody"), "Request for unknown model: 'nobody' is not found")
    fails(lambda: client.get_model_metadata("simple", "99"), "99")


def datatypes(client):
    for datatype in INTEGERS + FLOATS + ["BOOL", "BF16", "BYTES"]:
        values = samples(datatype)
        model = "identity_" + datatype.lower()
        for binary_in in (True, False):
            for binary_out in (True, False):
                # What the client itself cannot write or read as JSON, it says when asked.
                if datatype in ("FP16", "BF16") and not (binary_in and binary_out):
                    continue
                result = infer(client, model, datatype, values, binary_in, binary_out)
                expect(same(result.as_numpy("OUTPUT0"), values), f"{datatype}, binary in {binary_in}, out {binary_out}")
                expect(result.get_output("OUTPUT0")["datatype"] == datatype, datatype)
    for datatype in ("FP32", "INT64", "BYTES"):
        empty = np.zeros((0, 3), dtype=triton_to_np_dtype(datatype))
        for binary in (True, False):
            result = infer(client, "identity_" + datatype.lower(), datatype, empty, binary, binary)
            expect(result.get_output("OUTPUT0")["shape"] == [0, 3], f"{datatype} without elements: {result.get_response()}")
    odd = np.array([[np.nan, np.inf, -np.inf]], dtype=np.float32)
    for binary in (True, False):
        expect(np.array_equal(infer(client, "identity_fp32", "FP32", odd, binary, binary).as_numpy("OUTPUT0"), odd, equal_nan=True), f"NaN, binary {binary}")


def compression(client):
    values = np.arange(30000, dtype=np.float32).reshape(3, -1)
    for sent in (None, "gzip", "deflate"):
        for received in (None, "gzip", "deflate"):
            for binary in (True, False):
                result = infer(
                    client, "identity_fp32", "FP32", values, binary, binary,
                    request_compression_algorithm=sent, response_compression_algorithm=received)
                expect(same(result.as_numpy("OUTPUT0"), values), f"compression {sent}, {received}, binary {binary}")


def options(client):
    values = samples("INT32")
    result = infer(
        client, "identity_int32", "INT32", values, model_version="1", request_id="id-7", priority=0, timeout=5_000_000,
        parameters={"mine": "text", "number": 3}, headers={"x-mine": "1"}, query_params={"a": 1, "b": [2, 3]})
    expect(result.get_response()["id"] == "id-7" and result.get_response()["model_version"] == "1", result.get_response())
    sum_only = client.infer("simple", both(np.ones((1, 16), np.int32)), outputs=[triton.InferRequestedOutput("OUTPUT0")])
    expect(sum_only.as_numpy("OUTPUT1") is None and (sum_only.as_numpy("OUTPUT0") == 2).all(), "only the output that was asked for")
    every = client.infer("simple", both(np.ones((1, 16), np.int32)))
    expect((every.as_numpy("OUTPUT0") == 2).all() and (every.as_numpy("OUTPUT1") == 0).all(), "every output where none is named")
    expect("binary_data_size" in every.get_output("OUTPUT0").get("parameters", {}), "binary where no output is named, as the client asks")


def both(values):
    inputs = [triton.InferInput(name, list(values.shape), "INT32") for name in ("INPUT0", "INPUT1")]
    for given in inputs:
        given.set_data_from_numpy(values)
    return inputs


def body_by_hand(client):
    given = triton.InferInput("INPUT0", [2, 3], "INT32")
    given.set_data_from_numpy(samples("INT32"))
    body, length = triton.InferenceServerClient.generate_request_body([given])
    response = client._post("v2/models/identity_int32/infer", body, {"Inference-Header-Content-Length": length}, None)
    header = response.get("inference-header-content-length")
    result = triton.InferenceServerClient.parse_response_body(response.read(), header_length=int(header) if header else None)
    expect(same(result.as_numpy("OUTPUT0"), samples("INT32")), "generate_request_body, parse_response_body")


def classification(client):
    picture = np.zeros((3, 224, 224), np.float32)
    picture[1] = 1.0
    given = triton.InferInput("data_0", list(picture.shape), "FP32")
    given.set_data_from_numpy(picture)
    for binary in (True, False):
        result = client.infer("densenet_onnx", [given], outputs=[triton.InferRequestedOutput("fc6_1", binary_data=binary, class_count=2)])
        classes = [x.decode() if isinstance(x, bytes) else x for x in result.as_numpy("fc6_1")]
        expect(len(classes) == 2 and classes[0].split(":")[1] == "1" and float(classes[0].split(":")[0]) > 0.99, classes)


def asynchronous(client):
    requests = [client.async_infer("simple", both(np.full((1, 16), at, np.int32)), request_id=str(at)) for at in range(40)]
    for at, request in enumerate(requests):
        result = request.get_result()
        expect((result.as_numpy("OUTPUT0") == 2 * at).all() and result.get_response()["id"] == str(at), f"async_infer {at}")
    fails(lambda: client.async_infer("nobody", both(np.ones((1, 16), np.int32))).get_result(), "Request for unknown model")


def repository(client):
    names = {model["name"] for model in client.get_model_repository_index()}
    expect({"simple", "identity_fp32"} <= names, names)
    client.load_model("simple")
    state = {model["name"]: model.get("state") for model in client.get_model_repository_index()}
    expect(state["simple"] == "READY", state)
    client.unload_model("simple")
    expect(not client.is_model_ready("simple"), "not ready after its unload")
    client.load_model("simple")
    expect(client.is_model_ready("simple"), "ready after its load")
    fails(lambda: client.load_model("nobody"), "failed to load 'nobody'")


def statistics(client):
    def read():
        (model,) = client.get_inference_statistics("simple", "1")["model_stats"]
        counts = {name: model["inference_stats"][name]["count"] for name in ("success", "queue", "compute_input", "compute_infer", "compute_output")}
        expect(len(set(counts.values())) == 1, counts)
        expect(model["version"].isdigit(), model["version"])
        (batch,) = model["batch_stats"]
        expect(batch["batch_size"] == 1 and batch["compute_infer"]["count"] == counts["success"], batch)
        return counts["success"], model["inference_stats"]["fail"]["count"], model["inference_stats"]["queue"]["ns"]

    client.infer("simple", both(np.ones((1, 16), np.int32)))
    before = read()
    client.infer("simple", both(np.ones((1, 16), np.int32)))
    fails(lambda: client.infer("simple", both(np.ones((1, 16), np.int32))[:1]))
    fails(lambda: client.infer("simple", both(np.ones((1, 16), np.int32)), outputs=[triton.InferRequestedOutput("nothing")]))
    after = read()
    expect(after[:2] == (before[0] + 1, before[1] + 2) and after[2] > before[2], f"{before}, {after}")
    expect(len(client.get_inference_statistics()["model_stats"]) > 1, "statistics of every model")


def errors(client):
    values = samples("INT32")
    status = fails(lambda: infer(client, "nobody", "INT32", values), "Request for unknown model: 'nobody' is not found").status()
    expect(status == "404", status)
    fails(lambda: infer(client, "identity_int32", "INT32", values, model_version="99"), "99")
    fails(lambda: infer(client, "identity_int32", "FP32", values.astype(np.float32)), "identity_int32", "INPUT0")
    fails(lambda: client.infer("simple", both(np.ones((1, 4), np.int32))), "simple", "INPUT0")
    fails(lambda: client.infer("simple", both(np.ones((1, 16), np.int32))[:1]), "INPUT1")
    fails(lambda: client.infer("simple", both(np.ones((1, 16), np.int32)), outputs=[triton.InferRequestedOutput("nothing")]), "nothing")
    fails(lambda: client.infer("simple", both(np.ones((1, 16), np.int32)), sequence_id=1, sequence_start=True), "equence")
    fails(lambda: client.get_system_shared_memory_status())
    fails(lambda: client.register_cuda_shared_memory("region", b"", 0, 64))


def main():
    with triton.InferenceServerClient(sys.argv[1], concurrency=8) as client:
        for part in (
            health_and_metadata, datatypes, compression, options, body_by_hand, classification, asynchronous, repository, statistics, errors):
            part(client)
            print("same:", part.__name__)


if __name__ == "__main__":
    main()

using Bullpen.Core.Repository;
using Bullpen.TestKit;

namespace Bullpen.Core.Tests.Repository;

public sealed class ModelFileInspectorTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, byte[], string, string?> Others => new()
    {
        { "pickle, protocol 2", ModelBytes.Pickle(2), "a Python pickle (protocol 2)", "#python-pickle-and-joblib-files" },
        { "pickle, protocol 5", ModelBytes.Pickle(5), "a Python pickle (protocol 5)", "#python-pickle-and-joblib-files" },
        { "scikit-learn", ModelBytes.Pickle(4, "sklearn.linear_model"), "a Python pickle (protocol 4) of scikit-learn", "#python-pickle-and-joblib-files" },
        { "joblib", ModelBytes.Pickle(3, "joblib.numpy_pickle"), "a joblib file", "#python-pickle-and-joblib-files" },
        { "pickle, protocol 0", ModelBytes.Text("(dp0\nS'a'\np1\nI1\ns."), "a Python pickle (protocol 0", "#python-pickle-and-joblib-files" },
        { "pickle, protocol 0, object", ModelBytes.Text("ccopy_reg\n_reconstructor\np0\n"), "a Python pickle (protocol 0", "#python-pickle-and-joblib-files" },
        { "pickle, protocol 1", [.. "}q\0X\u0001\0\0\0aq\u0001K\u0001s."u8], "a Python pickle (protocol 1)", "#python-pickle-and-joblib-files" },
        { "npy", [0x93, .. "NUMPY"u8, 1, 0, 0x76, 0], "a NumPy array", "#python-pickle-and-joblib-files" },
        { "npz", ModelBytes.Zip("a.npy", "b.npy"), "NumPy arrays (.npz)", "#python-pickle-and-joblib-files" },
        { "torch zip", ModelBytes.Zip("archive/data.pkl", "archive/data/0", "archive/version"), "a PyTorch checkpoint", "#pytorch-and-torchscript" },
        { "torchscript", ModelBytes.Zip("m/data.pkl", "m/code/__torch__.py", "m/constants.pkl"), "a TorchScript model", "#pytorch-and-torchscript" },
        { "legacy torch", ModelBytes.LegacyTorch, "a PyTorch file in the format from before version 1.6", "#pytorch-and-torchscript" },
        { "mxnet params", ModelBytes.MxNetParams, "MXNet parameters", "#mxnet" },
        { "mxnet symbol", ModelBytes.Text("""{"nodes": [{"op": "null", "name": "data", "inputs": []}]}"""), "an MXNet symbol file", "#mxnet" },
        { "mar of mxnet", ModelBytes.Zip("MAR-INF/MANIFEST.json", "m-0000.params", "m-symbol.json"), "a model archive (.mar)", "#mxnet" },
        { "mar of torch", ModelBytes.Zip("MAR-INF/MANIFEST.json", "m.pt"), "a model archive (.mar)", "#pytorch-and-torchscript" },
        { "mar of onnx", ModelBytes.Zip("MAR-INF/MANIFEST.json", "m.onnx"), "give m.onnx, which is inside", null },
        { "hdf5", [0x89, .. "HDF\r\n"u8, 0x1A, 0x0A], "an HDF5 file", "#keras-and-hdf5" },
        { "keras zip", ModelBytes.Zip("metadata.json", "config.json", "model.weights.h5"), "a Keras model (.keras)", "#keras-and-hdf5" },
        { "saved model", ModelBytes.SavedModel, "a TensorFlow SavedModel", "#tensorflow-savedmodel" },
        { "frozen graph", ModelBytes.FrozenGraph, "a TensorFlow graph", "#tensorflow-savedmodel" },
        { "tflite", ModelBytes.At(4, "TFL3"), "a TensorFlow Lite model", "#tensorflow-lite" },
        { "ort", ModelBytes.At(4, "ORTM"), "an ONNX Runtime .ort file", null },
        { "safetensors", ModelBytes.Safetensors, "a safetensors file", "#safetensors-and-gguf" },
        { "gguf", [.. "GGUF"u8, 3, 0, 0, 0], "a GGUF file", "#safetensors-and-gguf" },
        { "xgboost json", ModelBytes.Text("""{"learner":{"attributes":{},"gradient_booster":{}}}"""), "an XGBoost model (JSON)", "#xgboost-lightgbm-and-catboost" },
        { "xgboost ubj", [.. "{L"u8, 0, 0, 0, 0, 0, 0, 0, 7, .. "learner{L"u8], "an XGBoost model (UBJSON)", "#xgboost-lightgbm-and-catboost" },
        { "lightgbm", ModelBytes.Text("tree\nversion=v3\nnum_class=1\n"), "a LightGBM model", "#xgboost-lightgbm-and-catboost" },
        { "catboost", [.. "CBM1"u8, 0x20, 0, 0, 0], "a CatBoost model", "#xgboost-lightgbm-and-catboost" },
        { "core ml", ModelBytes.CoreMl, "a Core ML model", null },
        { "gzip", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0], "a gzip-compressed file", null },
        { "zlib", [0x78, 0x9C, 0x4B, 0x4C, 0x4A, 0x06], "zlib-compressed data", null },
        { "zip", ModelBytes.Zip("readme.txt"), "a zip archive", null },
        { "git lfs", ModelBytes.Text("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n"), "a Git LFS pointer", null },
        { "html", ModelBytes.Text("\n<!DOCTYPE HTML><html><body>Not found</body></html>"), "an HTML page", null },
        { "xml", ModelBytes.Text("<?xml version=\"1.0\"?><a/>"), "an XML document", null },
        { "pmml", ModelBytes.Text("<?xml version=\"1.0\"?><PMML version=\"4.4\"/>"), "a PMML model", null },
        { "text", ModelBytes.Text("Bonjour, ça va ? Put the model here."), "plain text", null },
        { "zeros", new byte[8192], "zeros only", null },
        { "protobuf without a graph", [0x08, 8, 0x12, 1, (byte)'x'], "a protobuf message without a graph", null },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void What_is_no_ONNX_model_is_called_by_its_name(string kind, byte[] bytes, string what, string? section)
    {
        var sentence = ModelFileInspector.Inspect(_folder.Write("m", bytes), "m/model.onnx");

        sentence.ShouldNotBeNull(kind);
        sentence.ShouldStartWith("m/model.onnx looks like ");
        sentence.ShouldContain(what);
        sentence.ShouldContain(", not an ONNX model.");
        sentence.ShouldNotContain(_folder.Path);
        if (section is not null)
            sentence.ShouldEndWith($" See docs/convert.md{section} on getting to ONNX.");
        else
            sentence.ShouldNotContain("convert.md#");
    }

    [Fact]
    public void The_sentence_has_the_published_form() =>
        ModelFileInspector.Inspect(_folder.Write("m", ModelBytes.Pickle(4)), "model.onnx").ShouldBe(
            "model.onnx looks like a Python pickle (protocol 4), not an ONNX model. "
            + "See docs/convert.md#python-pickle-and-joblib-files on getting to ONNX.");

    public static TheoryData<string, byte[]> Models => new()
    {
        { "usual order", ModelBytes.Onnx },
        { "graph first", ModelBytes.OnnxGraphFirst },
        { "a producer that is another format's magic", ModelBytes.OnnxMadeByTfl3 },
        { "an unknown field in front", [0xFA, 0x3F, 1, 0, .. ModelBytes.Onnx] },
        { "a long documentation string in front of the graph", [0x32, 0x88, 0x27, .. new byte[5000], .. ModelBytes.Onnx] },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void What_can_be_an_ONNX_model_is_left_to_the_runtime(string kind, byte[] bytes) =>
        ModelFileInspector.Inspect(_folder.Write("m", bytes), "model.onnx").ShouldBeNull(kind);

    [Fact]
    public void A_truncated_model_is_told_from_a_foreign_one() =>
        ModelFileInspector.Inspect(_folder.Write("m", ModelBytes.Onnx[..11]), "model.onnx")
            .ShouldBe("model.onnx begins as an ONNX model but ends too early, at 11 bytes: was a copy or a download cut short?");

    [Fact]
    public void Bytes_that_nobody_knows_are_shown() =>
        ModelFileInspector.Inspect(_folder.Write("m", [0xFF, 0xFE, 0xFD, 0, 1, 2]), "model.onnx")
            .ShouldBe("model.onnx is not an ONNX model: its first bytes are FFFEFD000102.");

    [Fact]
    public void An_empty_file_is_called_empty() =>
        ModelFileInspector.Inspect(_folder.Write("m", []), "model.onnx").ShouldBe("model.onnx is empty.");

    [Fact]
    public void A_missing_file_and_a_link_to_nothing_are_told_without_their_paths()
    {
        _folder.Link("dangling", _folder.At("nowhere"));

        ModelFileInspector.Inspect(_folder.At("absent"), "model.onnx").ShouldBe("model.onnx cannot be read: it is not there, or is a link to nothing.");
        ModelFileInspector.Inspect(_folder.At("dangling"), "model.onnx").ShouldBe("model.onnx cannot be read: it is not there, or is a link to nothing.");
    }

    [Fact]
    public void A_link_to_a_model_is_followed()
    {
        _folder.Link("link.onnx", _folder.Model("m"));

        ModelFileInspector.Inspect(_folder.At("link.onnx"), "link.onnx").ShouldBeNull();
    }

    [SkippableFact]
    public void A_pipe_is_not_waited_for()
    {
        Skip.IfNot(File.Exists("/usr/bin/mkfifo"), "mkfifo is needed.");
        using var make = System.Diagnostics.Process.Start("/usr/bin/mkfifo", [_folder.At("pipe.onnx")]);
        make.WaitForExit();

        ModelFileInspector.Inspect(_folder.At("pipe.onnx"), "pipe.onnx").ShouldBe("pipe.onnx is empty.");
    }

    [Fact]
    public void Damaged_beginnings_of_every_kind_are_survived()
    {
        var random = new Random(1);
        foreach (var row in Others)
        {
            var bytes = (byte[])row[1];
            for (var i = 0; i < 50; i++)
            {
                var damaged = bytes[..random.Next(1, Math.Min(bytes.Length, 600) + 1)];
                damaged[random.Next(damaged.Length)] ^= (byte)random.Next(1, 256);
                var path = _folder.Write("m", damaged);
                Should.NotThrow(() => ModelFileInspector.Inspect(path, "model.onnx"));
            }
        }
    }
}

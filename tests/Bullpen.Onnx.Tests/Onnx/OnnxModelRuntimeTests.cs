using Bullpen.Core;
using Bullpen.Core.Runtimes;
using Bullpen.Core.Tensors;

namespace Bullpen.Onnx.Tests.Onnx;

public sealed class OnnxModelRuntimeTests : IDisposable
{
    private readonly OnnxModelRuntime _runtime = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bullpen-secret-place");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_signature_gives_names_types_and_dynamic_dimensions()
    {
        using var session = _runtime.Load(TestModels.Small("matmul_2x4"));
        using var other = _runtime.Load(TestModels.Small("identity_bfloat16"));

        session.Signature.Inputs.ShouldBe([new TensorSpec("x", ElementType.Float32, new TensorShape(2, 4))]);
        session.Signature.Outputs.ShouldBe([new TensorSpec("y", ElementType.Float32, new TensorShape(2, 3))]);
        other.Signature.Inputs.ShouldBe([new TensorSpec("x", ElementType.BFloat16, new TensorShape(-1, -1))]);
    }

    [Theory]
    [InlineData("sequence_output", "output parts", "a sequence, each element a tensor of float32")]
    [InlineData("sequence_input", "input parts", "a sequence")]
    [InlineData("optional_output", "output maybe", "an optional value")]
    public void Kinds_that_cannot_be_served_are_refused_by_name(string model, string which, string kind)
    {
        var error = LoadError(TestModels.Small(model));

        error.Kind.ShouldBe(ServingErrorKind.InvalidModel);
        error.Message.ShouldContain(model);
        error.Message.ShouldContain(which);
        error.Message.ShouldContain(kind);
    }

    [SkippableFact]
    public void A_pipe_in_the_place_of_a_model_is_not_waited_for()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no such pipes.");
        var path = Path.Combine(_folder.FullName, "model.onnx");
        System.Diagnostics.Process.Start("mkfifo", [path]).WaitForExit();

        var error = LoadError(new ModelFile("my-model", path));

        error.Kind.ShouldBe(ServingErrorKind.InvalidModel);
        error.Message.ShouldContain("model.onnx is empty");
    }

    [Theory]
    [InlineData("unknown_operator", "Frobnicate")]
    [InlineData("future_opset", "999")]
    [InlineData("type_error", "tensor(int64)")]
    [InlineData("complex_input", "tensor(complex64)")]
    [InlineData("external_data_missing", "absent_weights.bin")]
    public void A_model_that_cannot_load_says_why_and_not_where_it_lies(string model, string reason)
    {
        var path = Path.Combine(_folder.FullName, "model.onnx");
        File.Copy(TestModels.Small(model).Path, path);

        var error = LoadError(new ModelFile("my-model", path));

        error.Kind.ShouldBe(ServingErrorKind.InvalidModel);
        error.Model.ShouldBe("my-model");
        error.Message.ShouldContain("my-model");
        error.Message.ShouldContain(reason);
        ShouldNameNoPlace(error);
    }

    [Theory]
    [InlineData("")]
    [InlineData("this is no model")]
    [InlineData("\u0008\u0007\u0012\u00FF\u00FF\u00FF\u007F")]
    public void Bytes_that_are_no_model_are_an_invalid_model(string content)
    {
        var path = Path.Combine(_folder.FullName, "model.onnx");
        File.WriteAllBytes(path, System.Text.Encoding.Latin1.GetBytes(content));

        var error = LoadError(new ModelFile("junk", path));

        error.Kind.ShouldBe(ServingErrorKind.InvalidModel);
        ShouldNameNoPlace(error);
    }

    [Fact]
    public void A_truncated_model_is_an_invalid_model()
    {
        var path = Path.Combine(_folder.FullName, "model.onnx");
        File.WriteAllBytes(path, File.ReadAllBytes(TestModels.Sample("iris").Path)[..9000]);

        var error = LoadError(new ModelFile("half", path));

        error.Kind.ShouldBe(ServingErrorKind.InvalidModel);
        ShouldNameNoPlace(error);
    }

    [Fact]
    public void A_missing_file_may_come_back()
    {
        var error = LoadError(new ModelFile("gone", Path.Combine(_folder.FullName, "model.onnx")));

        error.Kind.ShouldBe(ServingErrorKind.ModelSourceNotFound);
        error.Message.ShouldContain("gone");
        ShouldNameNoPlace(error);
    }

    [Fact]
    public void A_load_that_was_cancelled_is_no_error_of_the_model() =>
        Should.Throw<OperationCanceledException>(() => _runtime.Load(TestModels.Sample("iris"), new CancellationToken(canceled: true)));

    private ServingException LoadError(ModelFile file) => Should.Throw<ServingException>(() => _runtime.Load(file).Dispose());

    private static void ShouldNameNoPlace(ServingException error)
    {
        error.Message.ShouldNotContain("bullpen-secret-place");
        error.Message.ShouldNotContain(Path.GetTempPath());
        error.Message.ShouldNotContain("onnxruntime_src");
        error.Message.ShouldNotContain(".cc:");
        error.Message.ShouldNotContain("ErrorCode");
        error.Message.ShouldNotContain("\n");
    }
}

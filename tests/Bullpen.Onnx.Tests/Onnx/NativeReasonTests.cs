using Bullpen.Core.Runtimes;

namespace Bullpen.Onnx.Tests.Onnx;

public sealed class NativeReasonTests
{
    private static readonly ModelFile File = new("m", Path.Combine(Path.GetTempPath(), "models", "m", "model.onnx"));

    [Theory]
    [InlineData("[ErrorCode:Fail] Load model from {folder}/model.onnx failed:Protobuf parsing failed.",
        "Protobuf parsing failed.")]
    [InlineData("cannot open '/usr/lib/secret/weights.bin'", "cannot open 'weights.bin'")]
    [InlineData("C:\\models\\secret\\weights.bin is missing", "weights.bin is missing")]
    [InlineData("Name:'/encoder/layer.0/MatMul' failed", "Name:'/encoder/layer.0/MatMul' failed")]
    [InlineData("tensor(float)/tensor(double) in 3/4 cases", "tensor(float)/tensor(double) in 3/4 cases")]
    [InlineData("Error: tensorprotoutils.cc:461 ValidateExternalDataPath External data path does not exist", "Error: External data path does not exist")]
    [InlineData("Non-zero status code returned while running Add node. Name:'' Status Message: 2 by 3", "operator Add: 2 by 3")]
    [InlineData("first\n second\t third\n", "first second third")]
    [InlineData("Status Message: /src/core/providers/reshape.h:47 onnxruntime::ReshapeHelper::ReshapeHelper(const TensorShape&, bool) size == 4 was false. It cannot be reshaped.",
        "Status Message: It cannot be reshaped.")]
    [InlineData("During initialization: /src/core/providers/cpu/text/string_normalizer.cc:235 onnxruntime::Locale::Locale(const std::string&)::<lambda()> No such locale",
        "During initialization: No such locale")]
    [InlineData("/src/signal/window_functions.cc:99 onnxruntime::Status onnxruntime::Mel<T>::operator()(onnxruntime::OpKernelContext*, float) [with T = float] x >= 0 was false. Too low.",
        "Too low.")]
    public void A_reason_is_one_line_without_places(string native, string reason) =>
        NativeReason.Of(new InvalidOperationException(native.Replace("{folder}", Path.GetDirectoryName(File.Path))), File).ShouldBe(reason);

    [SkippableFact]
    public void The_number_of_a_system_error_is_told_in_words()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Other systems have other numbers.");

        NativeReason.Of(new InvalidOperationException("Load model from x failed:system error number 13"), File)
            .ShouldBe("system error number 13 (Permission denied)");
    }

    [Fact]
    public void A_long_reason_is_cut() =>
        NativeReason.Of(new InvalidOperationException(new string('x', 100_000)), File).Length.ShouldBeLessThan(600);
}

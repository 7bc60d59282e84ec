using Bullpen.Core;
using Bullpen.Core.Tensors;

namespace Bullpen.Onnx.Tests.Onnx;

public sealed class OnnxModelSessionTests
{
    private readonly OnnxModelRuntime _runtime = new();

    [Fact]
    public void Outputs_come_in_the_order_asked_for_and_inputs_in_any()
    {
        using var session = _runtime.Load(TestModels.Small("two_outputs"));
        var one = TestModels.Floats(new TensorShape(1), 1);
        var two = TestModels.Floats(new TensorShape(1), 2);

        var outputs = session.Run([new("z", two), new("x", one)], ["sum", "minus"], CancellationToken.None);

        outputs.Select(output => output.Name).ShouldBe(["sum", "minus"]);
        outputs.Select(output => output.Value.Values<float>()[0]).ShouldBe([3f, -1f]);
    }

    [Fact]
    public void One_output_alone_can_be_asked_for()
    {
        using var session = _runtime.Load(TestModels.Small("two_outputs"));
        var one = TestModels.Floats(new TensorShape(1), 1);

        session.Run([new("x", one), new("z", one)], ["sum"], CancellationToken.None).ShouldHaveSingleItem().Name.ShouldBe("sum");
    }

    [Fact]
    public void A_shape_that_does_not_fit_names_the_input_and_both_shapes()
    {
        using var session = _runtime.Load(TestModels.Small("matmul_2x4"));

        var error = Should.Throw<ServingException>(() => session.Run(TestModels.Floats(new TensorShape(2, 5), new float[10])));

        error.Kind.ShouldBe(ServingErrorKind.InvalidInput);
        error.Field.ShouldBe("x");
        error.Message.ShouldBe("Model matmul_2x4, input x: expected float32[2,4], got float32[2,5].");
    }

    [Fact]
    public void A_rank_that_does_not_fit_names_the_input()
    {
        using var session = _runtime.Load(TestModels.Small("matmul_2x4"));

        var error = Should.Throw<ServingException>(() => session.Run(TestModels.Floats(new TensorShape(8), new float[8])));

        error.Kind.ShouldBe(ServingErrorKind.InvalidInput);
        error.Message.ShouldBe("Model matmul_2x4, input x: expected float32[2,4], got float32[8].");
    }

    [Fact]
    public void A_type_that_does_not_fit_is_an_invalid_input()
    {
        using var session = _runtime.Load(TestModels.Small("matmul_2x4"));

        var error = Should.Throw<ServingException>(
            () => session.Run(Tensor.FromBytes(ElementType.Float64, new TensorShape(2, 4), new byte[64])));

        error.Kind.ShouldBe(ServingErrorKind.InvalidInput);
        error.Message.ShouldBe("Model matmul_2x4, input x: expected float32[2,4], got float64[2,4].");
    }

    [Fact]
    public void An_operator_that_fails_says_which_and_why_without_source_files()
    {
        using var session = _runtime.Load(TestModels.Small("reshape_to_2x2"));

        var error = Should.Throw<ServingException>(() => session.Run(TestModels.Floats(new TensorShape(3), 1, 2, 3)));

        error.Kind.ShouldBe(ServingErrorKind.ExecutionFailed);
        error.Message.ShouldBe(
            "Model reshape_to_2x2: the run failed: operator Reshape (/encoder/Reshape): "
            + "The input tensor cannot be reshaped to the requested shape. Input shape:{3}, requested shape:{2,2}");
    }

    [Theory]
    [InlineData("sentiment")]
    [InlineData("language_id")]
    public void Text_that_is_not_UTF8_is_an_invalid_input_where_an_operator_refuses_it(string model)
    {
        using var session = _runtime.Load(TestModels.Sample(model));

        var error = Should.Throw<ServingException>(
            () => session.Run(Tensor.FromStrings(new TensorShape(1), [new byte[] { 0xFF, 0xFE, 0x80 }])));

        error.Kind.ShouldBe(ServingErrorKind.InvalidInput);
        error.Message.ShouldContain(model);
    }

    [Fact]
    public void A_session_works_on_after_a_failed_run()
    {
        using var session = _runtime.Load(TestModels.Small("reshape_to_2x2"));
        Should.Throw<ServingException>(() => session.Run(TestModels.Floats(new TensorShape(3), 1, 2, 3)));

        session.Run(TestModels.Floats(new TensorShape(4), 1, 2, 3, 4))[0].Value.Shape.ShouldBe(new TensorShape(2, 2));
    }

    [Fact]
    public void A_run_is_ended_by_its_token()
    {
        using var session = _runtime.Load(TestModels.Small("loop"));
        using var ending = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        var forHours = Tensor.FromValues(ElementType.Int64, new TensorShape(), 4_000_000_000L);

        Should.Throw<OperationCanceledException>(() => session.Run(LoopInputs(forHours), ["y"], ending.Token));

        var once = Tensor.FromValues(ElementType.Int64, new TensorShape(), 1L);
        session.Run(LoopInputs(once), ["y"], CancellationToken.None)[0].Value.Shape.ShouldBe(new TensorShape(32, 32));
    }

    [Fact]
    public void A_token_that_is_cancelled_already_runs_nothing()
    {
        using var session = _runtime.Load(TestModels.Small("identity_scalar"));

        Should.Throw<OperationCanceledException>(
            () => session.Run([new("x", TestModels.Floats(new TensorShape(), 1))], ["y"], new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Disposing_twice_is_once()
    {
        var session = _runtime.Load(TestModels.Small("identity_scalar"));

        session.Dispose();
        session.Dispose();
    }

    private static NamedTensor[] LoopInputs(Tensor times) =>
        [new("times", times), new("x", TestModels.Floats(new TensorShape(32, 32), new float[32 * 32]))];
}

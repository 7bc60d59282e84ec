using Bullpen.Core.Inputs;
using Bullpen.Core.Inputs.Payloads;
using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;
using static Bullpen.Core.Tests.Inputs.Samples;

namespace Bullpen.Core.Tests.Inputs;

public sealed class InputValidatorTests
{
    private static readonly ModelDescription Pair = Model(
        "pair", [Column("a"), Column("b")], [], manifest: new ModelManifest { Input = InputKind.Table });

    [Fact]
    public void The_message_shows_both_types()
    {
        var refusal = Should.Throw<ServingException>(() => InputValidator.Validate(
            Pair, [Floats("a", 3, 1), new NamedTensor("b", Tensor.FromStrings(new TensorShape(3, 1), "x", "y", "z"))]));
        refusal.Message.ShouldBe("Model pair, input b: expected float32[-1,1], got string[3,1].");
        (refusal.Field, refusal.Expected, refusal.Actual).ShouldBe(("b", "float32[-1,1]", "string[3,1]"));
    }

    [Fact]
    public void What_fits_passes_in_any_order()
    {
        InputValidator.Validate(Pair, [Floats("a", 2, 1), Floats("b", 2, 1)]);
        InputValidator.Validate(Pair, [Floats("b", 2, 1), Floats("a", 2, 1)]);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Refused(Floats("a", 2, 1)).ShouldBe("Model pair, input b: expected float32[-1,1], got nothing.");
        Refused().ShouldBe("Model pair, input a: expected float32[-1,1], got nothing.");
        Refused(Floats("a", 2, 1), Floats("a", 2, 1)).ShouldBe("Model pair, input a: expected the input once, got it twice.");
        Refused(Floats("b", 2, 1), Floats("b", 2, 1)).ShouldBe("Model pair, input b: expected the input once, got it twice.");
        Refused(Floats("a", 2, 1), Floats("b", 2, 1), Floats("a", 2, 1)).ShouldBe("Model pair, input a: expected the input once, got it twice.");
        Refused(Floats("a", 2, 1), Floats("c", 2, 1)).ShouldBe("Model pair, input c: expected only the inputs a, b, got an unknown input.");
        Refused(Floats("a", 2), Floats("b", 2, 1)).ShouldBe("Model pair, input a: expected float32[-1,1], got float32[2].");
        Refused(Floats("a", 2, 2), Floats("b", 2, 1)).ShouldBe("Model pair, input a: expected float32[-1,1], got float32[2,2].");
        Refused(Floats("a", 2, 1), Floats("b", 3, 1)).ShouldBe("Model pair, input b: expected 2 rows, as input a has, got 3.");
        Refused(Floats("a", 0, 1), Floats("b", 0, 1)).ShouldBe("Model pair, input a: expected at least one row, got float32[0,1].");
    }

    [Fact]
    public void A_table_that_nobody_declared_may_be_tensors_of_any_lengths()
    {
        var model = Model("pair", [Column("a"), Column("b")], []);
        InputValidator.Validate(model, [Floats("a", 2, 1), Floats("b", 3, 1)]);
        InputValidator.Validate(model, [Floats("a", 2, 1), Floats("b", 0, 1)]);
    }

    [Fact]
    public void Strings_are_counted_in_all_inputs_together()
    {
        var model = Model("words", [Spec("a", ElementType.String, -1), Spec("b", ElementType.String, -1)], []);
        InputValidator.Validate(model, [Strings("a", TensorLimits.MaxStrings - 1), Strings("b", 1)]);
        Should.Throw<ServingException>(() => InputValidator.Validate(model, [Strings("a", TensorLimits.MaxStrings - 1), Strings("b", 2)])).Message
            .ShouldBe("Model words, input b: expected at most 2097152 strings in a request, got 2097153.");

        static NamedTensor Strings(string name, int count) =>
            new(name, Tensor.FromStrings(new TensorShape(count), new ReadOnlyMemory<byte>[count]));
    }

    [Fact]
    public void Plain_tensors_may_be_empty() => InputValidator.Validate(Single(ElementType.Float32, -1), [Floats("x", 0)]);

    [Fact]
    public void Tensors_of_a_protocol_are_bound_as_they_are()
    {
        var bound = Binder().Bind(new TensorsPayload([Floats("a", 2, 1), Floats("b", 2, 1)]), Pair);
        bound.Rows.ShouldBe(2);
        bound.IsSingle.ShouldBeFalse();
        Binder().Bind(new TensorsPayload([Floats("unknown", 2, 1)]), Pair).Rows.ShouldBeNull();
    }

    private static string Refused(params NamedTensor[] tensors) =>
        Should.Throw<ServingException>(() => InputValidator.Validate(Pair, tensors)).Message;

    private static NamedTensor Floats(string name, params long[] shape)
    {
        var dimensions = new TensorShape(shape);
        return new NamedTensor(name, Tensor.FromValues(ElementType.Float32, dimensions, new float[dimensions.ElementCount]));
    }
}

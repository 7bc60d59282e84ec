using System.Text.Json;
using Bullpen.Core.Inputs;
using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;
using static Bullpen.Core.Tests.Inputs.Samples;

namespace Bullpen.Core.Tests.Inputs;

/// <summary>The example in a model's description is a request to it.</summary>
public sealed class ExampleTests
{
    public static TheoryData<string> Kinds => [.. Models.Keys];

    private static Dictionary<string, ModelDescription> Models { get; } = new()
    {
        ["text"] = Sentiment,
        ["columns"] = Iris,
        ["columns of two types"] = Penguins,
        ["named matrix"] = Matrix(3, "a", "b", "c"),
        ["unnamed matrix"] = Matrix(5),
        ["scalar"] = Single(ElementType.Int64),
        ["nested"] = Single(ElementType.Float32, -1, 3, 8, 8),
        ["two inputs"] = Model("two", [Spec("ids", ElementType.Int64, -1, -1), Spec("mask", ElementType.Boolean, -1, -1)], []),
        ["texts of a fixed number"] = Model("texts", [Spec("x", ElementType.String, 4)], []),
        ["columns of a fixed length"] = Model("fixed", [Spec("a", ElementType.Int64, 3), Spec("b", ElementType.Float32, 3, 1)], []),
        ["matrix of fixed rows"] = Model("matrix", [Spec("x", ElementType.Float32, 2, 4)], []),
        ["columns of different lengths"] = Model("unlike", [Spec("data", ElementType.Float32, 6), Spec("axis", ElementType.Int64, 1)], []),
        ["no elements"] = Single(ElementType.Int64, 3, 0, 5),
        ["strings"] = Single(ElementType.String, -1, 2),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void It_is_bound_as_any_request_and_fits_the_model(string kind)
    {
        var model = Models[kind];

        var bound = BindJson(model, Binder().ExampleOf(model)!);

        Should.NotThrow(() => InputValidator.Validate(model, bound.Tensors));
    }

    [Fact]
    public void A_models_warm_up_is_its_example()
    {
        using var given = JsonDocument.Parse("""{"x":[7]}""");
        var model = Model("m", [Spec("x", ElementType.Int64, -1)], [], manifest: new ModelManifest { WarmUp = [given.RootElement] });

        Binder().ExampleOf(model).ShouldBe("""{"x":[7]}""");
    }

    [Fact]
    public void What_nobody_would_read_is_not_written() => Binder().ExampleOf(Single(ElementType.Float32, -1, 3, 224, 224)).ShouldBeNull();
}

using System.Buffers;
using System.Text.Json;
using Bullpen.Core.Inference;
using Bullpen.Core.Inputs;
using Bullpen.Core.Inputs.Payloads;
using Bullpen.Core.Inputs.TensorFlow;
using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;
using static Bullpen.Core.Tests.Inputs.Samples;

namespace Bullpen.Core.Tests.Inference;

/// <summary>What a description shows can be sent as it is.</summary>
public sealed class ExampleRequestsTests
{
    public static TheoryData<string> Kinds => [.. Models.Keys];

    /// <summary>A picture is decoded by what is not here.</summary>
    public static TheoryData<string> KindsWithoutPictures => [.. Models.Keys.Where(kind => kind != "picture")];

    private static Dictionary<string, ModelDescription> Models { get; } = new[]
    {
        ("text", Sentiment), ("columns", Iris), ("columns of two types", Penguins), ("named matrix", Matrix(3, "a", "b", "c")), ("unnamed matrix", Matrix(5)),
        ("picture", Fashion), ("scalar", Single(ElementType.Int64)), ("nested", Single(ElementType.Float32, -1, 3, 8, 8)), ("strings", Single(ElementType.String, -1, 2)),
        ("no rows", Single(ElementType.Float64, 2, 3)), ("empty", Single(ElementType.Float32, 0, 3)),
        ("two inputs", Model("two", [Spec("ids", ElementType.Int64, -1, -1), Spec("mask", ElementType.Boolean, -1, -1)], [])),
    }.Concat(Enum.GetValues<ElementType>().Where(type => type != ElementType.Undefined).Select(type => ($"{type}", Single(type, -1, 2)))).ToDictionary();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Tensors_are_bound_as_an_Open_Inference_body_and_fit(string kind)
    {
        var model = Models[kind];

        var body = Written(model, requests => requests.WriteOpenInference);

        Fits(model, new OpenInferencePayload(body, default));
    }

    [Theory]
    [MemberData(nameof(KindsWithoutPictures))]
    public void Rows_and_columns_are_bound_as_bodies_of_TensorFlow_and_fit(string kind)
    {
        var model = Models[kind];
        if (!Of(model).HasColumns) kind.ShouldBe("empty");
        else Fits(model, new TensorFlowPayload(TensorFlowRequest.ReadPredict(Written(model, requests => requests.WriteColumns), model.Name)));
        var hasRows = kind is not ("scalar" or "no rows" or "empty");
        Of(model).HasRows.ShouldBe(hasRows);
        if (!hasRows) return;
        Fits(model, new TensorFlowPayload(TensorFlowRequest.ReadPredict(Written(model, requests => requests.WriteRows), model.Name)));
        Fits(model, new TensorFlowPayload(TensorFlowRequest.ReadExamples(Written(model, requests => requests.WriteExamples), model.Name)));
    }

    [Fact]
    public void What_the_outputs_are_not_is_not_offered()
    {
        (Of(Iris).HasClasses, Of(Iris).HasNumbers).ShouldBe((true, false));
        var regression = Model("r", [Spec("x", ElementType.Float32, -1, 2)], [Spec("y", ElementType.Float32, -1, 1)]);
        (Of(regression).HasClasses, Of(regression).HasNumbers).ShouldBe((false, true));
        var detector = Model("d", [Spec("x", ElementType.Float32, -1, 2)], [Spec("boxes", ElementType.Float32, 100, 4)]);
        (Of(detector).HasRows, Of(detector).HasClasses, Of(detector).HasColumns).ShouldBe((false, false, true));
    }

    [Fact]
    public void What_nobody_would_read_or_JSON_cannot_say_is_not_offered()
    {
        var large = Of(Single(ElementType.Float32, -1, 3, 224, 224));
        (large.HasOpenInference, large.HasColumns, large.HasRows).ShouldBe((false, false, false));

        using var warmUp = JsonDocument.Parse("""{"x": [{"b64": "wAA="}]}""");
        var binary = Of(Model("m", [Spec("x", ElementType.String, -1)], [], manifest: new ModelManifest { WarmUp = [warmUp.RootElement], Input = InputKind.Tensors }));
        (binary.HasOpenInference, binary.HasColumns).ShouldBe((false, false));
    }

    private static ExampleRequests Of(ModelDescription model) => new(model, () => Binder().ExampleTensorsOf(model));

    private static JsonElement Written(ModelDescription model, Func<ExampleRequests, Action<Utf8JsonWriter>> write)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text)) write(Of(model))(json);
        return JsonDocument.Parse(text.WrittenMemory).RootElement;
    }

    private static void Fits(ModelDescription model, InputPayload payload) =>
        Should.NotThrow(() => InputValidator.Validate(model, Binder().Bind(payload, model).Tensors, allowsEmpty: true));
}

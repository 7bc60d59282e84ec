using System.Text.Json;
using Bullpen.Core.Inputs;
using Bullpen.Core.Inputs.Images;
using Bullpen.Core.Inputs.Payloads;
using Bullpen.Core.Repository;
using Bullpen.Core.Runtimes;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Tests.Inputs;

/// <summary>Descriptions with the signatures of the sample models, and of others that people serve.</summary>
internal static class Samples
{
    public static ModelDescription Sentiment { get; } = Model(
        "sentiment", [Spec("text", ElementType.String, -1)],
        [Spec("label", ElementType.String, -1), Spec("probabilities", ElementType.Float32, -1, 2)], classes: "negative,positive");

    public static ModelDescription Iris { get; } = Model(
        "iris", [Column("sepal_length"), Column("sepal_width"), Column("petal_length"), Column("petal_width")],
        [Spec("label", ElementType.String, -1), Spec("probabilities", ElementType.Float32, -1, 3)], classes: "setosa,versicolor,virginica");

    public static ModelDescription Penguins { get; } = Model(
        "penguins",
        [Column("bill_length_mm"), Column("body_mass_g"), Spec("island", ElementType.String, -1, 1), Spec("sex", ElementType.String, -1, 1)],
        [Spec("label", ElementType.String, -1), Spec("probabilities", ElementType.Float32, -1, 3)], classes: "Adelie,Chinstrap,Gentoo");

    public static ModelDescription Fashion { get; } = Model(
        "fashion", [Spec("image", ElementType.UInt8, -1, -1, -1)],
        [Spec("label", ElementType.String, 1), Spec("probabilities", ElementType.Float32, 1, 3)], classes: "Shirt,Bag,Boot");

    public static ModelDescription Matrix(int width, params string[]? columns) => Model(
        "matrix", [Spec("input", ElementType.Float32, -1, width)], [Spec("variable", ElementType.Float32, -1, 1)],
        manifest: new ModelManifest { Columns = columns is { Length: > 0 } ? columns : null });

    public static ModelDescription Single(ElementType type, params long[] shape) =>
        Model("plain", [Spec("x", type, shape)], [Spec("y", ElementType.Float32, -1)], manifest: new ModelManifest { Input = InputKind.Tensors });

    public static ModelDescription Model(
        string name, TensorSpec[] inputs, TensorSpec[] outputs, string? classes = null, ModelManifest? manifest = null, string? features = null)
    {
        var metadata = new Dictionary<string, string>();
        if (classes is not null) metadata["classes"] = classes;
        if (features is not null) metadata["features"] = features;
        var definition = new ModelDefinition
        {
            Id = new ModelId(name, "1"),
            Path = "",
            Url = name + ".onnx",
            Origin = default,
            Manifest = manifest ?? ModelManifest.Empty,
        };
        return new ModelDescription(definition, new ModelSignature { Inputs = inputs, Outputs = outputs, Metadata = metadata });
    }

    public static TensorSpec Spec(string name, ElementType type, params long[] shape) => new(name, type, new TensorShape(shape));

    public static TensorSpec Column(string name) => Spec(name, ElementType.Float32, -1, 1);

    public static InputBinder Binder(string? folder = null, FakeImageDecoder? decoder = null, InputOptions? options = null) =>
        new(decoder ?? new FakeImageDecoder(), new DataFolder(folder ?? "no-such-folder", 1000), options ?? new InputOptions());

    public static BoundInputs BindJson(ModelDescription model, string json)
    {
        using var document = JsonDocument.Parse(json);
        return Binder().Bind(new JsonPayload(document.RootElement), model);
    }

    public static BoundInputs BindCsv(ModelDescription model, string csv) => Binder().Bind(new CsvPayload(csv), model);

    public static ServingException Refusal(ModelDescription model, string json) =>
        Should.Throw<ServingException>(() => InputValidator.Validate(model, BindJson(model, json).Tensors));

    /// <summary>The tensors as text: comparable, and readable where a test fails.</summary>
    public static string Show(BoundInputs inputs) => string.Join("; ", inputs.Tensors.Select(tensor => $"{tensor.Name}: {tensor.Value} {Values(tensor.Value)}"));

    public static string Values(Tensor tensor) => tensor.Type switch
    {
        ElementType.String => string.Join(",", Enumerable.Range(0, tensor.Strings.Count).Select(tensor.StringAt)),
        ElementType.Float32 => string.Join(",", tensor.Values<float>().ToArray()),
        ElementType.Float64 => string.Join(",", tensor.Values<double>().ToArray()),
        ElementType.Float16 => string.Join(",", tensor.Values<Half>().ToArray()),
        ElementType.Int8 => string.Join(",", tensor.Values<sbyte>().ToArray()),
        ElementType.Int16 => string.Join(",", tensor.Values<short>().ToArray()),
        ElementType.Int32 => string.Join(",", tensor.Values<int>().ToArray()),
        ElementType.Int64 => string.Join(",", tensor.Values<long>().ToArray()),
        ElementType.UInt32 => string.Join(",", tensor.Values<uint>().ToArray()),
        ElementType.UInt64 => string.Join(",", tensor.Values<ulong>().ToArray()),
        ElementType.UInt16 or ElementType.BFloat16 => string.Join(",", tensor.Values<ushort>().ToArray()),
        _ => string.Join(",", tensor.Bytes.ToArray()),
    };
}

using Bullpen.Core.Runtimes;
using Bullpen.Core.Tensors;

namespace Bullpen.Onnx.Tests.Onnx;

/// <summary>The models that tests load, and short ways to run them.</summary>
internal static class TestModels
{
    public static readonly string[] Samples =
        ["sentiment", "spam", "image", "language_id", "guard", "fashion", "expression", "iris", "penguins"];

    private static readonly string Root = FindRoot(AppContext.BaseDirectory);

    /// <summary>A model of samples/models.</summary>
    public static ModelFile Sample(string name) => new(name, Path.Combine(Root, "samples", "models", name, "model.onnx"));

    /// <summary>A model that Models/make_models.py made.</summary>
    public static ModelFile Small(string name) => new(name, Path.Combine(AppContext.BaseDirectory, "Models", name + ".onnx"));

    public static IModelSession Load(this OnnxModelRuntime runtime, ModelFile file) => runtime.Load(file, CancellationToken.None);

    /// <summary>All outputs for the given inputs, which are named in the model's order.</summary>
    public static IReadOnlyList<NamedTensor> Run(this IModelSession session, params Tensor[] inputs) => session.Run(
        session.Signature.Inputs.Zip(inputs, (spec, tensor) => new NamedTensor(spec.Name, tensor)).ToArray(),
        session.Signature.Outputs.Select(spec => spec.Name).ToArray(),
        CancellationToken.None);

    /// <summary>Inputs that fit any of the samples: a sentence, ones, a picture of a gradient.</summary>
    public static Tensor[] InputsFor(ModelSignature signature) => signature.Inputs.Select(spec => InputFor(spec)).ToArray();

    public static Tensor Floats(TensorShape shape, params float[] values) => Tensor.FromValues<float>(ElementType.Float32, shape, values);

    private static Tensor InputFor(TensorSpec spec)
    {
        if (spec is { Type: ElementType.UInt8, Shape.Rank: 3 })
        {
            var pixels = new byte[96 * 128 * 3];
            for (var i = 0; i < pixels.Length; i++) pixels[i] = (byte)(i / 3);
            return Tensor.FromBytes(spec.Type, new TensorShape(96, 128, 3), pixels);
        }
        var shape = new TensorShape(Array.ConvertAll(spec.Shape.Dimensions.ToArray(), d => Math.Max(d, 1)));
        return spec.Type == ElementType.String
            ? Tensor.FromStrings(shape, Enumerable.Repeat("This movie was great!", (int)shape.ElementCount))
            : Floats(shape, Enumerable.Repeat(1f, (int)shape.ElementCount).ToArray());
    }

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "Bullpen.slnx")) ? folder : FindRoot(Path.GetDirectoryName(folder)!);
}

using Bullpen.Core.Tensors;

namespace Bullpen.Tests.Conformance;

/// <summary>
/// Compares tensors as the runner of the ONNX backend tests does (onnx/backend/test/runner, assert_similar_outputs): types and
/// shapes are equal, floats within its tolerances, NaN equal to NaN; everything else, unlike there, exactly.
/// </summary>
internal static class TensorDifference
{
    private const double Relative = 1e-3;
    private const double Absolute = 1e-7;

    /// <summary>What is different, in words that are the same on every machine; null where nothing is.</summary>
    internal static string? Of(IReadOnlyList<Tensor> expected, IReadOnlyList<Tensor> actual) => First(expected, actual, Of);

    /// <summary>The same of their number, types and shapes alone: what random numbers can be held to.</summary>
    internal static string? OfForms(IReadOnlyList<Tensor> expected, IReadOnlyList<Tensor> actual) => First(expected, actual, OfForm);

    private static string? First(IReadOnlyList<Tensor> expected, IReadOnlyList<Tensor> actual, Func<Tensor, Tensor, string?> compare) =>
        expected.Count != actual.Count
            ? $"{actual.Count} outputs instead of {expected.Count}"
            : expected.Zip(actual, compare).FirstOrDefault(difference => difference is not null);

    private static string? OfForm(Tensor expected, Tensor actual) =>
        expected.Type != actual.Type || expected.Shape != actual.Shape ? $"{actual} instead of {expected}" : null;

    private static string? Of(Tensor expected, Tensor actual)
    {
        if (OfForm(expected, actual) is { } other) return other;
        for (var at = 0; at < expected.Shape.ElementCount; at++)
            if (!IsNear(expected, actual, at)) return $"other values of {ElementTypes.NameOf(expected.Type)}";
        return null;
    }

    private static bool IsNear(Tensor expected, Tensor actual, int at)
    {
        if (expected.Type == ElementType.String) return expected.Strings[at].Span.SequenceEqual(actual.Strings[at].Span);
        if (ElementTypes.IsFloat(expected.Type)) return IsNear(Number(expected, at), Number(actual, at));
        var size = ElementTypes.SizeOf(expected.Type);
        return expected.Bytes.Span.Slice(at * size, size).SequenceEqual(actual.Bytes.Span.Slice(at * size, size));
    }

    // Of an infinity the tolerance is infinite, and every number would be near.
    private static bool IsNear(double expected, double actual) =>
        expected.Equals(actual) || double.IsFinite(expected) && double.IsFinite(actual) && Math.Abs(actual - expected) <= Absolute + (Relative * Math.Abs(expected));

    private static double Number(Tensor tensor, int at) => tensor.Type switch
    {
        ElementType.Float16 => (double)tensor.Values<Half>()[at],
        ElementType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)tensor.Values<ushort>()[at] << 16),
        ElementType.Float32 => tensor.Values<float>()[at],
        _ => tensor.Values<double>()[at],
    };
}

using System.Globalization;
using System.Text;
using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Outputs;

/// <summary>
/// An output's best classes in the place of its scores: strings <c>value:index[:label]</c>, best first, of equal ones the first
/// (docs/protocol/extension_classification.md of triton-inference-server/server). Scores [N,…] become [N,n], scores [C] become [n].
/// </summary>
internal static class Classification
{
    /// <summary>Makes the classes.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidInput"/>: the output holds no numbers.</exception>
    public static NamedTensor Of(ModelDescription model, NamedTensor output, int most)
    {
        var tensor = output.Value;
        if (tensor.Type == ElementType.String || tensor.Shape.Rank == 0)
            throw ServingException.InvalidInput(model.Name, output.Name, "an output of scores for classification", tensor.ToString());
        var rows = tensor.Shape.Rank == 1 ? 1 : tensor.Shape[0];
        var classes = rows == 0 ? 0 : (int)(tensor.Shape.ElementCount / rows);
        var shown = Math.Min(most, classes);
        var labels = LabelsOf(model, output, classes);
        var scores = ScoresOf(tensor);
        var texts = new ReadOnlyMemory<byte>[rows * shown];
        for (var row = 0; row < rows; row++)
        {
            var first = row * classes;
            var best = Enumerable.Range(0, classes).OrderByDescending(at => scores[first + at]).Take(shown);
            var to = row * shown;
            foreach (var at in best) texts[to++] = Encoding.UTF8.GetBytes(Text(scores[first + at], tensor.Type, at, labels));
        }

        return new NamedTensor(output.Name, Tensor.FromStrings(tensor.Shape.Rank == 1 ? new TensorShape(shown) : new TensorShape(rows, shown), texts));
    }

    private static IReadOnlyList<string>? LabelsOf(ModelDescription model, NamedTensor output, int classes)
    {
        if (output.ColumnLabels?.Count == classes) return output.ColumnLabels;
        var declared = ClassLabels.NamesDeclaredBy(model);
        return declared?.Count == classes ? declared : null;
    }

    // As the C++ server has it: floats with six digits after the point, whole numbers as they are.
    private static string Text(double score, ElementType type, int index, IReadOnlyList<string>? labels)
    {
        var value = score.ToString(ElementTypes.IsFloat(type) ? "F6" : "F0", CultureInfo.InvariantCulture);
        return labels is null ? $"{value}:{index}" : $"{value}:{index}:{labels[index]}";
    }

    private static double[] ScoresOf(Tensor tensor) => tensor.Type switch
    {
        ElementType.Float32 => Array.ConvertAll(tensor.Values<float>().ToArray(), value => (double)value),
        ElementType.Float64 => tensor.Values<double>().ToArray(),
        ElementType.Float16 => Array.ConvertAll(tensor.Values<Half>().ToArray(), value => (double)value),
        ElementType.BFloat16 => Array.ConvertAll(tensor.Values<ushort>().ToArray(), value => (double)BitConverter.UInt32BitsToSingle((uint)value << 16)),
        ElementType.Int8 => Array.ConvertAll(tensor.Values<sbyte>().ToArray(), value => (double)value),
        ElementType.Int16 => Array.ConvertAll(tensor.Values<short>().ToArray(), value => (double)value),
        ElementType.Int32 => Array.ConvertAll(tensor.Values<int>().ToArray(), value => (double)value),
        ElementType.Int64 => Array.ConvertAll(tensor.Values<long>().ToArray(), value => (double)value),
        ElementType.UInt16 => Array.ConvertAll(tensor.Values<ushort>().ToArray(), value => (double)value),
        ElementType.UInt32 => Array.ConvertAll(tensor.Values<uint>().ToArray(), value => (double)value),
        ElementType.UInt64 => Array.ConvertAll(tensor.Values<ulong>().ToArray(), value => (double)value),
        _ => Array.ConvertAll(tensor.Bytes.ToArray(), value => (double)value),
    };
}

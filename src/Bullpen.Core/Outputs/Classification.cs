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
    // As the C++ server has it: floats with six digits after the point, whole numbers as they are.
    private const string Fraction = "F6";
    private const string Whole = "D";

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
        var texts = tensor.Type switch
        {
            ElementType.Float32 => Best(Array.ConvertAll(tensor.Values<float>().ToArray(), value => (double)value), Fraction),
            ElementType.Float64 => Best(tensor.Values<double>().ToArray(), Fraction),
            ElementType.Float16 => Best(Array.ConvertAll(tensor.Values<Half>().ToArray(), value => (double)value), Fraction),
            ElementType.BFloat16 => Best(Array.ConvertAll(tensor.Values<ushort>().ToArray(), value => (double)BitConverter.UInt32BitsToSingle((uint)value << 16)), Fraction),
            ElementType.Int8 => Best(tensor.Values<sbyte>().ToArray(), Whole),
            ElementType.Int16 => Best(tensor.Values<short>().ToArray(), Whole),
            ElementType.Int32 => Best(tensor.Values<int>().ToArray(), Whole),
            ElementType.Int64 => Best(tensor.Values<long>().ToArray(), Whole),
            ElementType.UInt8 or ElementType.Boolean => Best(tensor.Bytes.ToArray(), Whole),
            ElementType.UInt16 => Best(tensor.Values<ushort>().ToArray(), Whole),
            ElementType.UInt32 => Best(tensor.Values<uint>().ToArray(), Whole),
            ElementType.UInt64 => Best(tensor.Values<ulong>().ToArray(), Whole),
            _ => throw ElementTypes.Unknown(tensor.Type),
        };
        return new NamedTensor(output.Name, Tensor.FromStrings(tensor.Shape.Rank == 1 ? new TensorShape(shown) : new TensorShape(rows, shown), texts));

        ReadOnlyMemory<byte>[] Best<T>(T[] scores, string format)
            where T : IFormattable
        {
            var best = new ReadOnlyMemory<byte>[rows * shown];
            for (var row = 0; row < rows; row++)
            {
                var first = row * classes;
                var to = row * shown;
                foreach (var at in Enumerable.Range(0, classes).OrderByDescending(at => scores[first + at]).Take(shown))
                {
                    var score = scores[first + at].ToString(format, CultureInfo.InvariantCulture);
                    best[to++] = Encoding.UTF8.GetBytes(labels is null ? $"{score}:{at}" : $"{score}:{at}:{labels[at]}");
                }
            }

            return best;
        }
    }

    private static IReadOnlyList<string>? LabelsOf(ModelDescription model, NamedTensor output, int classes)
    {
        if (output.ColumnLabels?.Count == classes) return output.ColumnLabels;
        var declared = ClassLabels.NamesDeclaredBy(model);
        return declared?.Count == classes ? declared : null;
    }
}

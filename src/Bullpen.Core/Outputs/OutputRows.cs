using System.Text.Json;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Outputs;

/// <summary>Rows of outputs that are not a classifier's: the value of one output, or an object of several by name.</summary>
internal sealed class OutputRows(IReadOnlyList<NamedTensor> outputs, bool isByRow, FloatStyle floats) : IRowWriter
{
    /// <inheritdoc/>
    public void Write(Utf8JsonWriter writer, int row)
    {
        if (outputs is [var only])
        {
            WriteValue(writer, only.Value, row);
            return;
        }

        writer.WriteStartObject();
        foreach (var (name, value, _) in outputs)
        {
            writer.WritePropertyName(name);
            WriteValue(writer, value, row);
        }

        writer.WriteEndObject();
    }

    private void WriteValue(Utf8JsonWriter writer, Tensor output, int row)
    {
        var json = new TensorJson(output, floats);
        var dimensions = output.Shape.Dimensions;
        if (!isByRow)
        {
            json.WriteNested(writer, 0, dimensions);
            return;
        }

        json.WriteRow(writer, row);
    }
}

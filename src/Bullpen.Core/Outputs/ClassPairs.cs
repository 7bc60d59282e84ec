using System.Text.Json;

namespace Bullpen.Core.Outputs;

/// <summary>Rows of a classifier as [[label, score], …].</summary>
internal sealed class ClassPairs(ClassifierRows rows) : IRowWriter
{
    /// <inheritdoc/>
    public void Write(Utf8JsonWriter writer, int row) => rows.WritePairs(writer, row);
}

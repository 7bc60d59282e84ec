using System.Text.Json;

namespace Bullpen.Core.Outputs;

/// <summary>Writes one prediction of a model's answer.</summary>
internal interface IRowWriter
{
    /// <summary>Writes the prediction of a row as one JSON value.</summary>
    void Write(Utf8JsonWriter writer, int row);
}

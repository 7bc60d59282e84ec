using System.Text.Json;

namespace Bullpen.Core.Inputs;

/// <summary>
/// The objects that other servers' clients wrap data in: MLflow's <c>dataframe_split</c>, <c>dataframe_records</c>,
/// <c>instances</c> and <c>inputs</c> (the last two are also TensorFlow Serving's and KServe V1's).
/// </summary>
internal static class Envelope
{
    private static readonly string[] Keys = ["instances", "inputs", "dataframe_split", "dataframe_records"];
    private static readonly string[] Companions = ["params", "parameters", "signature_name", "id"];

    /// <summary>
    /// The data inside; the value itself where it is no envelope. An object is one if it has just one of the keys, and
    /// beside it nothing but params, parameters, signature_name and id, none of them a name of the model's own.
    /// </summary>
    public static JsonElement Open(JsonElement value, ModelInput input)
    {
        if (value.ValueKind != JsonValueKind.Object || value.GetPropertyCount() > Companions.Length + 1) return value;
        JsonElement? inside = null;
        foreach (var property in value.EnumerateObject())
        {
            var name = JsonText.NameOf(property);
            if (input.Knows(name)) return value;
            if (Keys.Contains(name) && inside is null) inside = property.Value;
            else if (!Companions.Contains(name)) return value;
        }

        return inside ?? value;
    }
}

using System.Text.Json;
using Bullpen.Core;
using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;
using Bullpen.Http;

namespace Bullpen.Protocols.OpenInference;

/// <summary>
/// The parameter <c>config</c> of a load: a model configuration as JSON text (ModelConfig of model_config.proto, in its own names or in
/// protobuf's JSON names). Taken is what the model is anyway, what says nothing (protobuf's defaults), and <c>instance_group</c>'s
/// count, which is how many requests run at once. Anything else would be promised and not kept, and is refused.
/// </summary>
internal sealed class ConfigOverride
{
    private readonly string _model;
    private JsonElement? _inputs;
    private JsonElement? _outputs;

    private ConfigOverride(string model) => _model = model;

    /// <summary>How many requests are to run at once; null: as many as now.</summary>
    internal int? Workers { get; private set; }

    /// <summary>Whether it says what the model's tensors are.</summary>
    internal bool HasTensors => _inputs is not null || _outputs is not null;

    /// <summary>Reads the text, and checks all of it that can be checked before the model is loaded.</summary>
    /// <exception cref="ServingException">
    /// <see cref="ServingErrorKind.InvalidRequest"/>: it is no JSON text of an object, or a value is not what its field is.
    /// <see cref="ServingErrorKind.NotSupported"/>: a field asks for what the model is not.
    /// </exception>
    internal static ConfigOverride Read(JsonElement parameter, ModelDefinition definition)
    {
        var config = new ConfigOverride(definition.Id.Name);
        if (parameter.ValueKind != JsonValueKind.String) throw config.Wrong("config", "a string that holds JSON");
        var text = System.Text.Encoding.UTF8.GetBytes(JsonBody.TextOf(parameter, "parameters.config"));
        var fields = JsonBody.Parse(text).RootElement;
        if (fields.ValueKind != JsonValueKind.Object) throw config.Wrong("config", "the text of an object");
        foreach (var field in fields.EnumerateObject()) config.Take(NameOf(field.Name), field.Value, definition);
        return config;
    }

    /// <summary>Compares the inputs and outputs with those of the model.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.NotSupported"/>: they are others.</exception>
    internal void CheckTensors(ModelDescription model)
    {
        if (_inputs is { } inputs) CheckTensors("input", inputs, model.Signature.Inputs);
        if (_outputs is { } outputs) CheckTensors("output", outputs, model.Signature.Outputs);
    }

    private void Take(string name, JsonElement value, ModelDefinition definition)
    {
        if (SaysNothing(value)) return;
        var isSame = name switch
        {
            "name" => Is(value, definition.Id.Name),
            "platform" => Is(value, ModelAnswers.Platform),
            "backend" => Is(value, ModelConfiguration.Backend),
            "default_model_filename" => Is(value, Path.GetFileName(definition.Path)),
            "parameters" => value.ValueKind == JsonValueKind.Object && !value.EnumerateObject().Any(),
            _ => false,
        };
        if (isSame) return;
        if (name is "input" or "output" or "instance_group" && value.ValueKind != JsonValueKind.Array) throw Wrong(name, "a list");
        if (name == "input") _inputs = value;
        else if (name == "output") _outputs = value;
        else if (name == "instance_group") Workers = WorkersIn(value);
        else throw NotSupported(name);
    }

    private int? WorkersIn(JsonElement groups)
    {
        if (groups.GetArrayLength() != 1) throw NotSupported("instance_group");
        int? workers = null;
        if (groups[0].ValueKind != JsonValueKind.Object) throw Wrong("instance_group[0]", "an object");
        foreach (var field in groups[0].EnumerateObject())
        {
            if (SaysNothing(field.Value)) continue;
            var name = NameOf(field.Name);
            if (name == "count") workers = Count(field.Value);
            else if (name != "name" && !(name == "kind" && (Is(field.Value, "KIND_CPU") || Is(field.Value, "KIND_AUTO"))))
                throw NotSupported("instance_group[0]." + name);
        }

        return workers;
    }

    private int Count(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var count) && count is >= 1 and <= ModelManifest.MaxWorkers
            ? count
            : throw Wrong("instance_group[0].count", $"a whole number from 1 to {ModelManifest.MaxWorkers}");

    private void CheckTensors(string list, JsonElement tensors, IReadOnlyList<TensorSpec> specs)
    {
        if (tensors.GetArrayLength() != specs.Count) throw NotSupported(list);
        var named = new HashSet<string>(StringComparer.Ordinal);
        var at = 0;
        foreach (var tensor in tensors.EnumerateArray())
        {
            var place = $"{list}[{at++}]";
            if (tensor.ValueKind != JsonValueKind.Object) throw Wrong(place, "an object");
            var name = tensor.TryGetProperty("name", out var told) && told.ValueKind == JsonValueKind.String ? JsonBody.TextOf(told, place + ".name") : "";
            var spec = specs.FirstOrDefault(spec => spec.Name == name);
            if (spec is null || !named.Add(name)) throw NotSupported(place + ".name");
            foreach (var field in tensor.EnumerateObject()) CheckField(place, NameOf(field.Name), field.Value, spec);
        }
    }

    private void CheckField(string place, string name, JsonElement value, TensorSpec spec)
    {
        if (SaysNothing(value)) return;
        var isSame = name switch
        {
            "name" => true,
            "data_type" => Is(value, ModelConfiguration.TypeOf(spec.Type)),
            "dims" => AreDimensions(value, spec.Shape),
            "format" => Is(value, "FORMAT_NONE"),
            _ => false,
        };
        if (!isSame) throw NotSupported($"{place}.{name}");
    }

    // Numbers of 64 bits are strings in protobuf's JSON.
    private static bool AreDimensions(JsonElement value, TensorShape shape) =>
        value.ValueKind == JsonValueKind.Array
        && value.EnumerateArray().Select(dimension => dimension.ValueKind == JsonValueKind.String ? JsonBody.TextOf(dimension, "config") : dimension.GetRawText())
            .SequenceEqual(shape.Dimensions.ToArray().Select(dimension => dimension.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>A value that protobuf takes for one that is not there.</summary>
    private static bool SaysNothing(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.String => value.ValueEquals(""u8),
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Number => value.GetRawText() == "0",
        _ => false,
    };

    private static bool Is(JsonElement value, string text) => value.ValueKind == JsonValueKind.String && JsonBody.TextOf(value, "config") == text;

    /// <summary><c>maxBatchSize</c> → <c>max_batch_size</c>, and cut to what a message can bear.</summary>
    private static string NameOf(string name) =>
        Printable.Text(string.Concat(name.Select(c => char.IsAsciiLetterUpper(c) ? $"_{char.ToLowerInvariant(c)}" : c.ToString())), 80);

    private ServingException NotSupported(string field) =>
        new(ServingErrorKind.NotSupported,
            $"the configuration's field {field} is not supported as given: a model is what lies in the repository, configured by its model.json. "
            + "A load may say what the model is anyway, and instance_group's count.")
        {
            Model = _model,
            Field = "config." + field,
        };

    private ServingException Wrong(string field, string expected) =>
        new(ServingErrorKind.InvalidRequest, $"the configuration's field {field} must be {expected}.")
        {
            Model = _model,
            Field = "config." + field,
            Expected = expected,
        };
}

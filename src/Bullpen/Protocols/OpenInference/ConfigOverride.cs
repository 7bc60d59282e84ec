using System.Text.Json;
using Bullpen.Core;
using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;
using Bullpen.Http;

namespace Bullpen.Protocols.OpenInference;

/// <summary>
/// The parameter <c>config</c> of a load: a model configuration as JSON text (ModelConfig of model_config.proto, in its own names or in
/// protobuf's JSON names). Taken is what the model is anyway, what says nothing (protobuf's defaults), <c>instance_group</c>'s
/// count, which is how many requests run at once, and <c>max_batch_size</c>, which is how many rows one may have; 0 is no limit.
/// Anything else would be promised and not kept, and is refused.
/// </summary>
internal sealed class ConfigOverride
{
    private readonly string _model;
    private JsonElement? _inputs;
    private JsonElement? _outputs;
    private JsonElement? _fileName;

    private ConfigOverride(string model) => _model = model;

    /// <summary>How many requests are to run at once; null: as many as now.</summary>
    internal int? Workers { get; private set; }

    /// <summary>How many rows a request may have, 0 for no limit; null: as many as now.</summary>
    internal int? MaxBatchSize { get; private set; }

    /// <summary>Whether only the model itself can tell that it is as this says.</summary>
    internal bool NeedsModel => _inputs is not null || _outputs is not null || MaxBatchSize > 0;

    /// <summary>Reads the text, and checks all of it that can be checked before the model is known.</summary>
    /// <exception cref="ServingException">
    /// <see cref="ServingErrorKind.InvalidRequest"/>: it is no JSON text of an object, or a value is not what its field is.
    /// <see cref="ServingErrorKind.NotSupported"/>: a field asks for what the model is not.
    /// </exception>
    internal static ConfigOverride Read(JsonElement parameter, string model)
    {
        var config = new ConfigOverride(model);
        if (parameter.ValueKind != JsonValueKind.String) throw config.Wrong("config", "a string that holds JSON");
        try
        {
            var text = System.Text.Encoding.UTF8.GetBytes(JsonBody.TextOf(parameter, "parameters.config"));
            var fields = JsonBody.Parse(text).RootElement;
            if (fields.ValueKind != JsonValueKind.Object) throw config.Wrong("config", "the text of an object");
            foreach (var field in fields.EnumerateObject()) config.Take(ProtobufJson.NameOf(field.Name), field.Value);
            return config;
        }
        catch (ServingException e) when (e.Model is null)
        {
            throw config.Unreadable(e);
        }
    }

    /// <summary>Compares what it says of the model's file.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.NotSupported"/>: it is another.</exception>
    internal void Check(ModelDefinition definition)
    {
        if (_fileName is { } name && !ProtobufJson.Is(name, Path.GetFileName(definition.Path))) throw NotSupported("default_model_filename");
    }

    /// <summary>Compares the inputs and outputs with those of the model, and asks whether it has rows to limit.</summary>
    /// <param name="model">The model.</param>
    /// <param name="maxBatchSize">The limit of rows that it has now, 0 for none; what this says of tensors is meant so, unless it sets its own.</param>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.NotSupported"/>: they are others; or it has none.</exception>
    internal void Check(ModelDescription model, int maxBatchSize)
    {
        if (MaxBatchSize > 0 && model.BatchObstacle is { } obstacle) throw CannotBatch(obstacle);
        maxBatchSize = MaxBatchSize ?? maxBatchSize;
        try
        {
            if (_inputs is { } inputs) CheckTensors("input", inputs, model.Signature.Inputs, maxBatchSize);
            if (_outputs is { } outputs) CheckTensors("output", outputs, model.Signature.Outputs, maxBatchSize);
        }
        catch (ServingException e) when (e.Model is null)
        {
            throw Unreadable(e);
        }
    }

    private void Take(string name, JsonElement value)
    {
        // Unlike the other defaults 0 is worth saying: it takes a limit away.
        if (name == "max_batch_size" && value.ValueKind != JsonValueKind.Null)
        {
            MaxBatchSize = ProtobufJson.Whole(value) ?? throw Wrong(name, "a whole number of at least 0");
            return;
        }

        if (ProtobufJson.SaysNothing(value)) return;
        var isSame = name switch
        {
            "name" => ProtobufJson.Is(value, _model),
            "platform" => ProtobufJson.Is(value, ModelAnswers.Platform),
            "backend" => ProtobufJson.Is(value, ModelConfiguration.Backend),
            "parameters" => value.ValueKind == JsonValueKind.Object && !value.EnumerateObject().Any(),
            _ => false,
        };
        if (isSame) return;
        if (name is "input" or "output" or "instance_group" && value.ValueKind != JsonValueKind.Array) throw Wrong(name, "a list");
        if (name == "input") _inputs = value;
        else if (name == "output") _outputs = value;
        else if (name == "default_model_filename") _fileName = value;
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
            if (ProtobufJson.SaysNothing(field.Value)) continue;
            var name = ProtobufJson.NameOf(field.Name);
            if (name == "count") workers = Count(field.Value);
            else if (name != "name" && !(name == "kind" && (ProtobufJson.Is(field.Value, "KIND_CPU") || ProtobufJson.Is(field.Value, "KIND_AUTO"))))
                throw NotSupported("instance_group[0]." + name);
        }

        return workers;
    }

    private int Count(JsonElement value) =>
        ProtobufJson.Whole(value) is { } count and >= 1 and <= ModelManifest.MaxWorkers
            ? count
            : throw Wrong("instance_group[0].count", $"a whole number from 1 to {ModelManifest.MaxWorkers}");

    private void CheckTensors(string list, JsonElement tensors, IReadOnlyList<TensorSpec> specs, int maxBatchSize)
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
            foreach (var field in tensor.EnumerateObject()) CheckField(place, ProtobufJson.NameOf(field.Name), field.Value, spec, maxBatchSize);
        }
    }

    private void CheckField(string place, string name, JsonElement value, TensorSpec spec, int maxBatchSize)
    {
        if (ProtobufJson.SaysNothing(value)) return;
        var shape = ModelConfiguration.ShapeOf(spec, maxBatchSize);
        var isSame = name switch
        {
            "name" => true,
            "data_type" => ProtobufJson.Is(value, ModelConfiguration.TypeOf(spec.Type)),
            "dims" => ProtobufJson.AreDimensions(value, shape),
            "format" => ProtobufJson.Is(value, "FORMAT_NONE") || ProtobufJson.Is(value, ModelConfiguration.FormatOf(shape)),
            _ => false,
        };
        if (!isSame) throw NotSupported($"{place}.{name}");
    }

    private ServingException NotSupported(string field) =>
        new(ServingErrorKind.NotSupported,
            $"the configuration's field {field} is not supported as given: a model is what lies in the repository, configured by its model.json. "
            + "A load may say what the model is anyway, instance_group's count, and max_batch_size.")
        {
            Model = _model,
            Field = "config." + field,
        };

    private ServingException CannotBatch(string obstacle) =>
        new(ServingErrorKind.NotSupported, $"the configuration's field max_batch_size is not supported by this model, since {obstacle}.")
        {
            Model = _model,
            Field = "config.max_batch_size",
        };

    private ServingException Unreadable(ServingException cause) =>
        new(cause.Kind, $"the parameter config could not be read. {cause.Message}", cause)
        {
            Model = _model,
            Field = "config",
            Expected = cause.Expected,
            Actual = cause.Actual,
        };

    private ServingException Wrong(string field, string expected) =>
        new(ServingErrorKind.InvalidRequest, $"the configuration's field {field} must be {expected}.")
        {
            Model = _model,
            Field = "config." + field,
            Expected = expected,
        };
}

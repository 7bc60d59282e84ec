using System.Text.Json;
using Bullpen.Core;
using Bullpen.Http;
using Bullpen.Telemetry;

namespace Bullpen.Protocols.OpenInference;

/// <summary><c>/v2/logging</c>: what the server logs (docs/protocol/extension_logging.md of triton-inference-server/server).</summary>
internal static class LoggingAnswers
{
    private const string Default = "default";
    private const string Iso8601 = "ISO8601";

    internal static Task ShowAsync(HttpContext context, LogSettings settings)
    {
        var selection = settings.Selection;
        return JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("log_file", "");
            json.WriteBoolean("log_info", selection.Info);
            json.WriteBoolean("log_warning", selection.Warning);
            json.WriteBoolean("log_error", selection.Error);
            json.WriteNumber("log_verbose_level", selection.Verbose);
            json.WriteString("log_format", selection.IsIso8601 ? Iso8601 : Default);
            json.WriteEndObject();
        });
    }

    /// <summary>All that the body says holds, or, where one thing of it cannot be, nothing of it.</summary>
    internal static async Task ChangeAsync(HttpContext context, LogSettings settings)
    {
        if (await JsonBody.ReadIfAnyAsync(context, JsonLimits.Tensors) is { RootElement: var body }) settings.Change(selection => Read(body, selection));
        await ShowAsync(context, settings);
    }

    private static LogSelection Read(JsonElement body, LogSelection selection)
    {
        if (body.ValueKind != JsonValueKind.Object) throw FieldFault.Of("body", "an object");
        foreach (var setting in body.EnumerateObject())
        {
            if (setting.Value.ValueKind == JsonValueKind.Null) continue;
            selection = setting.Name switch
            {
                "log_info" => selection with { Info = Flag(setting) },
                "log_warning" => selection with { Warning = Flag(setting) },
                "log_error" => selection with { Error = Flag(setting) },
                "log_verbose_level" => selection with { Verbose = Level(setting) },
                "log_format" => selection with { IsIso8601 = IsIso8601(setting) },
                "log_file" => setting.Value.ValueKind == JsonValueKind.String && setting.Value.ValueEquals(""u8) ? selection : throw NoFile(),
                _ => throw FieldFault.Of("body", "settings that there are: log_info, log_warning, log_error, log_verbose_level, log_format"),
            };
        }

        return selection;
    }

    private static bool Flag(JsonProperty setting) => setting.Value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw FieldFault.Of(setting.Name, "true or false"),
    };

    private static int Level(JsonProperty setting) =>
        setting.Value.ValueKind == JsonValueKind.Number && setting.Value.TryGetInt32(out var level) && level >= 0
            ? level
            : throw FieldFault.Of(setting.Name, "a whole number of at least 0");

    private static bool IsIso8601(JsonProperty setting)
    {
        if (setting.Value.ValueKind != JsonValueKind.String) throw FieldFault.Of(setting.Name, $"{Default} or {Iso8601}");
        return JsonBody.TextOf(setting.Value, setting.Name) switch
        {
            Iso8601 => true,
            Default => false,
            _ => throw FieldFault.Of(setting.Name, $"{Default} or {Iso8601}"),
        };
    }

    private static ServingException NoFile() =>
        new(ServingErrorKind.NotSupported, "log file location can not be updated through network protocol: the log goes to the console.") { Field = "log_file" };
}

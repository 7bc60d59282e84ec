using Bullpen.Http;
using Bullpen.Lifecycle;

namespace Bullpen.Protocols.OpenInference;

/// <summary>What the server says of itself: health, name, version and extensions.</summary>
internal static class ServerAnswers
{
    /// <summary>The extensions that work whole, by the names that Triton has for them.</summary>
    internal static readonly string[] Extensions =
        ["classification", "model_repository", "model_repository(unload_dependents)", "model_configuration", "binary_tensor_data", "parameters", "statistics", "schedule_policy", "logging"];

    internal static Task DescribeAsync(HttpContext context, OpenInferenceOptions options) => JsonAnswer.WriteAsync(context, json =>
    {
        json.WriteStartObject();
        json.WriteString("name", options.ServerName);
        json.WriteString("version", ProductVersion.Text);
        json.WriteStartArray("extensions");
        foreach (var extension in Extensions) json.WriteStringValue(extension);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    internal static Task LiveAsync(HttpContext context) => WriteAsync(context, "live", true);

    internal static Task ReadyAsync(HttpContext context, ServerLifecycle lifecycle) => WriteAsync(context, "ready", lifecycle.IsReady);

    private static Task WriteAsync(HttpContext context, string name, bool value)
    {
        context.Response.StatusCode = value ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteBoolean(name, value);
            json.WriteEndObject();
        });
    }
}

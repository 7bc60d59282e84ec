using System.Text.Json;

namespace Bullpen.Core.Inputs.OpenInference;

/// <summary>
/// When a request is to run: the parameters <c>priority</c> and <c>timeout</c> (docs/protocol/extension_schedule_policy.md of
/// triton-inference-server/server).
/// </summary>
/// <param name="Priority">The level that the request is to wait in, as it was asked for; 0: the default.</param>
/// <param name="Timeout">How long it may wait; null where it does not say, or says 0 or more than a day.</param>
public readonly record struct SchedulePolicy(ulong Priority, TimeSpan? Timeout)
{
    /// <summary>Reads the two from a body's <c>parameters</c>.</summary>
    /// <param name="body">The body's JSON value.</param>
    /// <param name="model">The model's name, for messages.</param>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidRequest"/>: one is no whole number of at least 0.</exception>
    public static SchedulePolicy In(JsonElement body, string model)
    {
        var fields = new OpenInferenceFields(model);
        fields.Require(body, JsonValueKind.Object, "body");
        return Of(new OpenInferenceParameters(fields, body, ""));
    }

    internal static SchedulePolicy Of(OpenInferenceParameters parameters)
    {
        var timeout = parameters.Unsigned("timeout") ?? 0;
        return new SchedulePolicy(
            parameters.Unsigned("priority") ?? 0,
            timeout is > 0 and <= TimeSpan.MicrosecondsPerDay ? TimeSpan.FromMicroseconds((long)timeout) : null);
    }
}

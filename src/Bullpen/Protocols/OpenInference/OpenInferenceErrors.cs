using System.Text.Json;
using Bullpen.Core;
using Bullpen.Http;

namespace Bullpen.Protocols.OpenInference;

/// <summary>
/// Failures as Triton words them, <c>{"error": …}</c>, with more keys beside it. Its statuses: 404 for what is not there, 503 for
/// what may pass, 501 for what is not supported, 500 for what failed inside, else 400 (src/http_server.cc of
/// triton-inference-server/server). Its clients look for the two beginnings of a message that are made here.
/// </summary>
internal sealed class OpenInferenceErrors : ErrorMap
{
    /// <summary>True for the route that loads a model: whatever goes wrong there is a failed load.</summary>
    internal bool IsLoad { get; init; }

    internal override int StatusOf(ServingErrorKind kind) => kind switch
    {
        ServingErrorKind.InvalidRequest => 400,
        ServingErrorKind.InvalidInput => 400,
        ServingErrorKind.InvalidModel => 400,
        ServingErrorKind.DownloadFailed => 400,
        ServingErrorKind.ModelAlreadyRegistered => 400,
        ServingErrorKind.ModelTooLarge => 400,
        ServingErrorKind.NotAllowed => 403,
        ServingErrorKind.ModelNotFound => 404,
        ServingErrorKind.ModelSourceNotFound => 404,
        ServingErrorKind.LeaseNotFound => 404,
        ServingErrorKind.RouteNotFound => 404,
        ServingErrorKind.VerbNotAllowed => 405,
        ServingErrorKind.TooLarge => 413,
        ServingErrorKind.ModelLoadFailed => 500,
        ServingErrorKind.ExecutionFailed => 500,
        ServingErrorKind.Internal => 500,
        ServingErrorKind.NotSupported => 501,
        ServingErrorKind.InsufficientMemory => 503,
        ServingErrorKind.LoadTimeout => 503,
        ServingErrorKind.Overloaded => 503,
        ServingErrorKind.ShuttingDown => 503,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A failure without a place in this protocol."),
    };

    protected override void WriteOwnPart(Utf8JsonWriter json, int status, ServingException error) => json.WriteString("error", Text(error));

    private string Text(ServingException error)
    {
        if (error.Model is null) return error.Message;
        if (IsLoad || IsOfLoad(error.Kind)) return $"failed to load '{error.Model}', {error.Message}";
        if (error.Kind != ServingErrorKind.ModelNotFound) return error.Message;
        return error.Actual is null
            ? $"Request for unknown model: '{error.Model}' is not found"
            : $"Request for unknown model: '{error.Model}' {error.Actual} is not found";
    }

    private static bool IsOfLoad(ServingErrorKind kind) => kind
        is ServingErrorKind.InvalidModel or ServingErrorKind.ModelSourceNotFound or ServingErrorKind.ModelLoadFailed
        or ServingErrorKind.ModelTooLarge or ServingErrorKind.InsufficientMemory or ServingErrorKind.LoadTimeout;
}

using System.Text.Json;
using Bullpen.Core;
using Bullpen.Http;

namespace Bullpen.Protocols.TensorFlowServing;

/// <summary>
/// Failures as TensorFlow Serving tells them: <c>{"error": message}</c>, with more keys beside it, and the status that its
/// ToHTTPStatusCode gives the code that fits. Source: tensorflow_serving/model_servers/http_server.cc.
/// </summary>
internal sealed class TensorFlowErrors : ErrorMap
{
    internal override int StatusOf(ServingErrorKind kind) => kind switch
    {
        // INVALID_ARGUMENT
        ServingErrorKind.InvalidRequest => 400,
        ServingErrorKind.InvalidInput => 400,
        ServingErrorKind.DownloadFailed => 400,

        // FAILED_PRECONDITION
        ServingErrorKind.InvalidModel => 400,
        ServingErrorKind.ModelTooLarge => 400,

        // NOT_FOUND
        ServingErrorKind.ModelNotFound => 404,
        ServingErrorKind.ModelSourceNotFound => 404,
        ServingErrorKind.LeaseNotFound => 404,
        ServingErrorKind.RouteNotFound => 404,

        // Codes that it has not: HTTP's own.
        ServingErrorKind.NotAllowed => 403,
        ServingErrorKind.VerbNotAllowed => 405,
        ServingErrorKind.TooLarge => 413,

        // ALREADY_EXISTS, RESOURCE_EXHAUSTED
        ServingErrorKind.ModelAlreadyRegistered => 409,
        ServingErrorKind.InsufficientMemory => 429,

        // INTERNAL, UNKNOWN
        ServingErrorKind.ModelLoadFailed => 500,
        ServingErrorKind.ExecutionFailed => 500,
        ServingErrorKind.Internal => 500,

        // UNIMPLEMENTED
        ServingErrorKind.NotSupported => 501,

        // UNAVAILABLE
        ServingErrorKind.LoadTimeout => 503,
        ServingErrorKind.Overloaded => 503,
        ServingErrorKind.ShuttingDown => 503,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A failure without a place in this protocol."),
    };

    protected override void WriteOwnPart(Utf8JsonWriter json, int status, ServingException error) => json.WriteString("error", error.Message);
}

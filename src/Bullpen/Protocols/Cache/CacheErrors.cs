using System.Text.Json;
using Bullpen.Core;
using Bullpen.Core.Telemetry;
using Bullpen.Http;

namespace Bullpen.Protocols.Cache;

/// <summary>Failures of <c>/cache</c>: <c>{"error": "model_not_found", "message": …}</c>, with more keys beside them.</summary>
internal sealed class CacheErrors : ErrorMap
{
    private readonly EnumLabels<ServingErrorKind> _words = new();

    internal override int StatusOf(ServingErrorKind kind) => kind switch
    {
        ServingErrorKind.InvalidRequest => 400,
        ServingErrorKind.InvalidInput => 400,
        ServingErrorKind.InvalidModel => 400,
        ServingErrorKind.DownloadFailed => 400,
        ServingErrorKind.NotSupported => 400,
        ServingErrorKind.NotAllowed => 403,
        ServingErrorKind.ModelNotFound => 404,
        ServingErrorKind.ModelSourceNotFound => 404,
        ServingErrorKind.LeaseNotFound => 404,
        ServingErrorKind.RouteNotFound => 404,
        ServingErrorKind.VerbNotAllowed => 405,
        ServingErrorKind.ModelAlreadyRegistered => 409,
        ServingErrorKind.TooLarge => 413,
        ServingErrorKind.ModelLoadFailed => 500,
        ServingErrorKind.ExecutionFailed => 500,
        ServingErrorKind.Internal => 500,
        ServingErrorKind.LoadTimeout => 503,
        ServingErrorKind.Overloaded => 503,
        ServingErrorKind.ShuttingDown => 503,
        ServingErrorKind.ModelTooLarge => 507,
        ServingErrorKind.InsufficientMemory => 507,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A failure without a place in this protocol."),
    };

    protected override void WriteOwnPart(Utf8JsonWriter json, int status, ServingException error)
    {
        json.WriteString("error", _words.Of(error.Kind));
        json.WriteString("message", error.Message);
    }
}

using System.Text.Json;
using Bullpen.Core;
using Bullpen.Http;

namespace Bullpen.Protocols.Mms;

/// <summary>
/// Failures as AWS multi-model-server words them: <c>{"code","type","message"}</c>, with more keys beside them.
/// Source: frontend/server/src/main/java/com/amazonaws/ml/mms/http of awslabs/multi-model-server.
/// </summary>
internal sealed class MmsErrors : ErrorMap
{
    internal override int StatusOf(ServingErrorKind kind) => Map(kind).Status;

    protected override void SetHeaders(HttpContext context) => MmsHeaders.Set(context);

    protected override void WriteOwnPart(Utf8JsonWriter json, int status, ServingException error)
    {
        json.WriteNumber("code", status);
        json.WriteString("type", Map(error.Kind).Type);
        json.WriteString("message", error.Message);
    }

    private static (int Status, string Type) Map(ServingErrorKind kind) => kind switch
    {
        ServingErrorKind.InvalidRequest => (400, "BadRequestException"),
        ServingErrorKind.InvalidInput => (400, "BadRequestException"),
        ServingErrorKind.NotSupported => (400, "BadRequestException"),
        ServingErrorKind.InvalidModel => (400, "InvalidModelException"),
        ServingErrorKind.DownloadFailed => (400, "DownloadModelException"),
        ServingErrorKind.NotAllowed => (403, "AccessDeniedException"),
        ServingErrorKind.ModelNotFound => (404, "ModelNotFoundException"),
        ServingErrorKind.ModelSourceNotFound => (404, "ModelNotFoundException"),
        ServingErrorKind.LeaseNotFound => (404, "ResourceNotFoundException"),
        ServingErrorKind.RouteNotFound => (404, "ResourceNotFoundException"),
        ServingErrorKind.VerbNotAllowed => (405, "MethodNotAllowedException"),
        ServingErrorKind.ModelAlreadyRegistered => (409, "ConflictStatusException"),
        ServingErrorKind.TooLarge => (413, "RequestEntityTooLargeException"),
        ServingErrorKind.LoadTimeout => (503, "ServiceUnavailableException"),
        ServingErrorKind.Overloaded => (503, "ServiceUnavailableException"),
        ServingErrorKind.ShuttingDown => (503, "ServiceUnavailableException"),
        ServingErrorKind.ModelTooLarge => (507, "InternalServerException"),
        ServingErrorKind.InsufficientMemory => (507, "InternalServerException"),
        ServingErrorKind.ModelLoadFailed => (500, "InternalServerException"),
        ServingErrorKind.ExecutionFailed => (500, "InternalServerException"),
        ServingErrorKind.Internal => (500, "InternalServerException"),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A failure without a place in this protocol."),
    };
}

using System.Text.Json;
using Bullpen.Core;
using Bullpen.Http;

namespace Bullpen.Protocols.Demo;

/// <summary>Failures as FastAPI words them: <c>{"detail": …}</c>, with more keys beside it.</summary>
internal sealed class DemoErrors : ErrorMap
{
    internal override int StatusOf(ServingErrorKind kind) => kind switch
    {
        ServingErrorKind.InvalidRequest or ServingErrorKind.InvalidInput => StatusCodes.Status422UnprocessableEntity,
        ServingErrorKind.InvalidModel => StatusCodes.Status400BadRequest,
        ServingErrorKind.TooLarge => StatusCodes.Status413PayloadTooLarge,
        ServingErrorKind.ModelNotFound or ServingErrorKind.ModelSourceNotFound => StatusCodes.Status404NotFound,
        ServingErrorKind.ModelAlreadyRegistered => StatusCodes.Status409Conflict,
        ServingErrorKind.ModelTooLarge => StatusCodes.Status507InsufficientStorage,
        ServingErrorKind.LoadTimeout or ServingErrorKind.Overloaded or ServingErrorKind.ShuttingDown => StatusCodes.Status503ServiceUnavailable,
        ServingErrorKind.NotSupported => StatusCodes.Status400BadRequest,
        _ => StatusCodes.Status500InternalServerError,
    };

    protected override void WriteOwnPart(Utf8JsonWriter json, int status, ServingException error) =>
        json.WriteString("detail", error.Message);
}

using Bullpen.Core;

namespace Bullpen.Protocols.OpenInference;

/// <summary>A field of a request that Triton's extensions read and that is not what it must be.</summary>
internal static class FieldFault
{
    /// <summary>An error with <see cref="ServingErrorKind.InvalidRequest"/>.</summary>
    internal static ServingException Of(string field, string expected) =>
        new(ServingErrorKind.InvalidRequest, $"The request's field {field} must be {expected}.") { Field = field, Expected = expected };
}

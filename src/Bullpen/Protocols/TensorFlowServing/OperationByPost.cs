using Bullpen.Core;

namespace Bullpen.Protocols.TensorFlowServing;

/// <summary>Refuses <c>GET</c> of what ends in an operation: it is not a question for a model or a version of that name.</summary>
internal sealed class OperationByPost : IEndpointFilter
{
    private static readonly string[] Operations = [":predict", ":classify", ":regress", ":explain"];

    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var (request, response) = (context.HttpContext.Request, context.HttpContext.Response);
        var path = request.Path.Value ?? "";
        if (!Operations.Any(operation => path.EndsWith(operation, StringComparison.Ordinal))) return next(context);
        response.Headers.Allow = HttpMethods.Post;
        throw new ServingException(ServingErrorKind.VerbNotAllowed, "Requested method is not allowed, please refer to API document.")
        {
            Field = "method",
            Expected = HttpMethods.Post,
            Actual = request.Method,
        };
    }
}

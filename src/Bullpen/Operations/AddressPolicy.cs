using Bullpen.Core;

namespace Bullpen.Operations;

/// <summary>
/// Allows each operation at the addresses that it is for. Elsewhere it is not found, and the answer says where it would be. Which
/// address a request came by is the socket's to say, and nothing that a client sends can change it.
/// </summary>
internal sealed class AddressPolicy : IOperationPolicy
{
    public ServingException? Judge(HttpContext context, Operation operation)
    {
        if (operation.Audience.IsAnsweredAt(Audience.Here(context))) return null;
        var name = operation.Audience == Audience.Management ? "management" : "inference";
        return new ServingException(
            ServingErrorKind.RouteNotFound,
            $"Requested resource is not found, please refer to API document. It is answered on the address of {name} only ({operation.Audience.Option}).")
        {
            Field = "path",
            Expected = $"the address of {name}",
            Actual = context.Request.Path,
        };
    }
}

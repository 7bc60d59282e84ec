namespace Bullpen.Protocols.TensorFlowServing;

/// <summary>Takes what has no colon, behind which stands an operation: <c>GET</c> of one is not a question for a model of that name.</summary>
internal sealed class PlainNameConstraint : IRouteConstraint
{
    public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
        values[routeKey] is string name && !name.Contains(':');
}

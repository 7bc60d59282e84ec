using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Bullpen.Operations;

/// <summary>
/// How much a request may be, in one place for all protocols. Bodies: the server counts as it reads, and whoever unpacks a body
/// holds what comes out to the same number. How deep JSON may be nested is its reader's (<c>Http/JsonBody</c>).
/// </summary>
/// <param name="maxData">Bytes of the largest body that holds a model's data (<c>--max-body</c>).</param>
internal sealed class RequestLimits(long maxData)
{
    /// <summary>Bytes of the largest body that holds no data for a model: a registration, a lease.</summary>
    internal const long MaxOrder = 1 << 20;

    /// <summary>Bytes of the first line of a request, which holds its address.</summary>
    internal const int MaxRequestLine = 8 << 10;

    /// <summary>Bytes of all headers together, and how many there may be.</summary>
    internal const int MaxHeaderBytes = 32 << 10, MaxHeaders = 100;

    /// <summary>Bytes of the largest body of any request.</summary>
    internal long MaxData => maxData;

    /// <summary>Bytes of the largest body of a request for an operation.</summary>
    internal long MaxBodyOf(Operation operation) => operation.HasData ? maxData : Math.Min(maxData, MaxOrder);

    /// <summary>Sets what the server itself sees to before it knows what a request is for.</summary>
    internal void Set(KestrelServerLimits limits)
    {
        limits.MaxRequestBodySize = maxData;
        limits.MaxRequestLineSize = MaxRequestLine;
        limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        limits.MaxRequestHeaderCount = MaxHeaders;
    }

    /// <summary>Holds one request to the limit of its operation.</summary>
    internal void Set(HttpContext context, Operation operation)
    {
        if (operation.HasData) return;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body) body.MaxRequestBodySize = MaxBodyOf(operation);
    }
}

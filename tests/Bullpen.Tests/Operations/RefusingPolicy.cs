using System.Collections.Concurrent;
using Bullpen.Core;
using Bullpen.Operations;
using Microsoft.AspNetCore.Http;

namespace Bullpen.Tests.Operations;

/// <summary>Refuses everything, and remembers what it was asked.</summary>
internal sealed class RefusingPolicy : IOperationPolicy
{
    internal const string Message = "Refused by this test.";

    internal ConcurrentQueue<(Endpoint? Endpoint, Operation Operation)> Asked { get; } = new();

    public ServingException? Judge(HttpContext context, Operation operation)
    {
        Asked.Enqueue((context.GetEndpoint(), operation));
        return new ServingException(ServingErrorKind.NotAllowed, Message);
    }
}

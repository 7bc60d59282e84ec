using Bullpen.Core;

namespace Bullpen.Operations;

/// <summary>
/// Who may ask for what. Asked once for each request that an endpoint takes, before anything of its body is read. Any number of
/// requests ask at once, so that it is safe for many threads, and it does no I/O. There is one: a second that is registered
/// takes the place of the first.
/// </summary>
internal interface IOperationPolicy
{
    /// <summary>Null where the request may have the operation, else the failure to answer with.</summary>
    /// <param name="context">The request: its headers, its connection.</param>
    /// <param name="operation">What it asks for.</param>
    ServingException? Judge(HttpContext context, Operation operation);
}

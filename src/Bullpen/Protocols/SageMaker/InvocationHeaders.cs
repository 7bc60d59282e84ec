using System.Runtime.CompilerServices;
using Bullpen.Core.Repository;
using Bullpen.Operations;
using Bullpen.Telemetry;

namespace Bullpen.Protocols.SageMaker;

/// <summary>
/// The headers that SageMaker puts on requests to models. <c>X-Amzn-SageMaker-Custom-Attributes</c> goes back with the answer as it
/// came: SageMaker hands a caller only what the container returns. <c>X-Amzn-SageMaker-Target-Model</c>, the archive that the caller
/// named, is logged once for each load, so that a log tells which archive the platform's name for it stands for.
/// </summary>
internal sealed class InvocationHeaders(RequestDelegate next, ModelCatalog catalog, ILogger<InvocationHeaders> log)
{
    internal const string CustomAttributes = "X-Amzn-SageMaker-Custom-Attributes";
    internal const string TargetModel = "X-Amzn-SageMaker-Target-Model";

    private const int MaxAttributes = 1024;
    private const int MaxTarget = 1024;

    // Kept as long as the model is registered, and no longer.
    private readonly ConditionalWeakTable<CatalogModel, string> _targets = [];

    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<Metered>() is { Operation.Scope: OperationScope.Infer })
        {
            Echo(context);
            Note(context);
        }

        return next(context);
    }

    private static void Echo(HttpContext context)
    {
        var attributes = context.Request.Headers[CustomAttributes].ToString();
        if (attributes.Length is 0 or > MaxAttributes || attributes.AsSpan().ContainsAnyExceptInRange(' ', '~')) return;
        context.Response.OnStarting(() =>
        {
            context.Response.Headers[CustomAttributes] = attributes;
            return Task.CompletedTask;
        });
    }

    private void Note(HttpContext context)
    {
        var target = context.Request.Headers[TargetModel].ToString();
        if (target.Length == 0 || context.GetRouteValue("model") is not string name || catalog.Find(name) is not { } model) return;
        if (_targets.TryAdd(model, target)) log.IsTargetModel(model.Name, target.Length <= MaxTarget ? target : target[..MaxTarget]);
    }
}

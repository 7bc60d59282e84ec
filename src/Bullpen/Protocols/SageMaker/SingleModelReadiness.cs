using Bullpen.Core;
using Bullpen.Core.Administration;
using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.Lifecycle;

namespace Bullpen.Protocols.SageMaker;

/// <summary>
/// Has <c>/ping</c> answer 503 until the single model that the server is for was loaded: SageMaker sends requests from the first
/// 200 on. Where models come and go, the server is healthy without any.
/// </summary>
internal sealed class SingleModelReadiness(RequestDelegate next, SageMakerOptions options, ModelCatalog catalog, ModelCache cache, SingleModelLoad load)
{
    private volatile bool _wasLoaded = options.SingleModel is null;

    public Task InvokeAsync(HttpContext context)
    {
        if (!_wasLoaded && context.GetEndpoint()?.Metadata.GetMetadata<AwaitsSingleModel>() is not null) RequireLoaded();
        return next(context);
    }

    private void RequireLoaded()
    {
        if (catalog.Find(options.SingleModel!) is { } model)
        {
            var status = cache.StatusOf(model.Default);
            if (status.State != ModelState.Ready)
            {
                throw new ServingException(ServingErrorKind.LoadTimeout, status.Failure ?? load.Failure ?? $"Model {model.Name} is not loaded yet.")
                {
                    Model = model.Name,
                    RetryAfter = TimeSpan.FromSeconds(1),
                };
            }
        }

        _wasLoaded = true;
    }
}

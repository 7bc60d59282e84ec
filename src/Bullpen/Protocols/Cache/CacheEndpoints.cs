using Bullpen.Core.Administration;
using Bullpen.Descriptions;
using Bullpen.Http;
using Bullpen.Operations;
using Bullpen.Telemetry;

namespace Bullpen.Protocols.Cache;

/// <summary>
/// What is in memory, why, what would go; leases and pins. All of it is management: <c>GET /cache</c>,
/// <c>GET /cache/models/{model}</c>, <c>POST /cache/plan</c>, <c>/cache/leases</c>, <c>/cache/models/{model}/pin</c>.
/// </summary>
internal static class CacheEndpoints
{
    /// <summary>Where the routes of this protocol begin.</summary>
    internal const string Path = "/cache";

    private const string Protocol = "server";

    internal static void MapCache(this IEndpointRouteBuilder routes)
    {
        var cache = routes.MapGroup(Path).WithMetadata(new CacheErrors(), new ApiGroup("Cache"));
        MapReading(cache.MapGroup("").WithMetadata(new Metered(Protocol, Operation.ReadCache)));
        MapChanging(cache.MapGroup("").WithMetadata(new Metered(Protocol, Operation.ManageCache)));
    }

    private static void MapReading(RouteGroupBuilder cache)
    {
        cache.MapMethods("", HttpVerbs.Read, ReportAsync).WithMetadata(CacheOperations.Report);
        cache.MapPost("/plan", PlanAsync).WithMetadata(CacheOperations.Plan);
        cache.MapMethods("/models/{model}", HttpVerbs.Read, ExplainAsync).WithMetadata(CacheOperations.Explain);
        cache.MapMethods("/leases", HttpVerbs.Read, CacheLeases.ListAsync).WithMetadata(CacheOperations.Leases);
        cache.MapMethods("/leases/{id}", HttpVerbs.Read, CacheLeases.ShowAsync).WithMetadata(CacheOperations.Show);
    }

    private static void MapChanging(RouteGroupBuilder cache)
    {
        cache.MapPut("/models/{model}/pin", (HttpContext context, string model, CacheAdministration administration) => PinAsync(context, model, administration, true))
            .WithMetadata(CacheOperations.Pin);
        cache.MapDelete("/models/{model}/pin", (HttpContext context, string model, CacheAdministration administration) => PinAsync(context, model, administration, false))
            .WithMetadata(CacheOperations.Unpin);
        cache.MapPost("/leases", CacheLeases.AcquireAsync).WithMetadata(CacheOperations.Acquire);
        cache.MapPut("/leases/{id}", CacheLeases.RenewAsync).WithMetadata(CacheOperations.Renew);
        cache.MapDelete("/leases/{id}", CacheLeases.Release).WithMetadata(CacheOperations.Release);
    }

    private static Task ReportAsync(HttpContext context, CacheAdministration administration, ClientLeases leases)
    {
        var page = CachePage.Of(context.Request.Query);
        var report = administration.Report(page.Start, page.Limit);
        return JsonAnswer.WriteAsync(context, json => CacheReportJson.Write(json, report, page, administration.KnownModels, leases.List().Count));
    }

    private static Task ExplainAsync(HttpContext context, string model, CacheAdministration administration)
    {
        var (known, versions) = administration.Explain(model, context.Request.Query["version"]);
        return JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("model", known.Name);
            json.WriteString("defaultVersion", known.Default.Id.Version);
            json.WriteStartArray("versions");
            foreach (var version in versions) ExplanationJson.Write(json, version);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static async Task PlanAsync(HttpContext context, CacheAdministration administration)
    {
        using var document = await JsonBody.ReadAsync(context, JsonLimits.Data);
        var body = new CacheBody(document.RootElement, "model", "version");
        var plan = administration.Plan(body.Model(), body.Version());
        await JsonAnswer.WriteAsync(context, json => PlanJson.Write(json, plan));
    }

    private static Task PinAsync(HttpContext context, string model, CacheAdministration administration, bool isPinned)
    {
        var pinned = administration.Pin(model, context.Request.Query["version"], isPinned);
        return JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteModel(pinned);
            json.WriteBoolean("pinned", isPinned);
            json.WriteEndObject();
        });
    }
}

using Bullpen.Descriptions;

namespace Bullpen.Protocols.Cache;

/// <summary>Every operation below <c>/cache</c>, for descriptions of the server.</summary>
internal static class CacheOperations
{
    private static readonly string[] Json = ["application/json"];
    private static readonly ApiParameter Version = new("version", "string", "One version of the model; else the default, or all where they are shown.");

    internal static readonly ApiOperation Report = new("cacheReport", "What is in memory, what it is worth, who goes next.", [], 200, 400)
    {
        Parameters = [new("limit", "integer", "Rows in a page, from 1 to 1000."), new("next_page_token", "string", "Where the page begins.")],
    };

    internal static readonly ApiOperation Plan = new("cachePlan", "What loading a model would take, and what would go for it; changes nothing.", Json, 200, 400, 404)
    {
        Example = """{"model":"NAME"}""",
    };

    internal static readonly ApiOperation Explain = new("cacheExplain", "Why a model is in memory, or is not.", [], 200, 404) { Parameters = [Version] };

    internal static readonly ApiOperation Pin = new("cachePin", "Keeps a model in memory for good, once it is loaded.", [], 200, 404) { Parameters = [Version] };

    internal static readonly ApiOperation Unpin = new("cacheUnpin", "Lets a model go again.", [], 200, 404) { Parameters = [Version] };

    internal static readonly ApiOperation Acquire = new("cacheAcquireLease", "Loads a model, and keeps it in memory for a time.", Json, 201, 400, 404, 503, 507)
    {
        Example = """{"model":"NAME","ttl":"5m"}""",
    };

    internal static readonly ApiOperation Leases = new("cacheLeases", "The leases that clients hold.", [], 200);

    internal static readonly ApiOperation Show = new("cacheLease", "One lease.", [], 200, 404);

    internal static readonly ApiOperation Renew = new("cacheRenewLease", "Has a lease run anew from now.", Json, 200, 400, 404) { Example = """{"ttl":"5m"}""" };

    internal static readonly ApiOperation Release = new("cacheReleaseLease", "Ends a lease.", [], 204, 404);
}

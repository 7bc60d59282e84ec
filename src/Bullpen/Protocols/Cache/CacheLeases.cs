using System.Text.Json;
using Bullpen.Core;
using Bullpen.Core.Administration;
using Bullpen.Http;

namespace Bullpen.Protocols.Cache;

/// <summary>
/// <c>/cache/leases</c>: a client keeps a model in memory for a time. <c>POST {"model","ttl","version"?}</c> → 201,
/// <c>GET</c>, <c>PUT {"ttl"}</c> to renew, <c>DELETE</c> → 204.
/// </summary>
internal static class CacheLeases
{
    internal static async Task AcquireAsync(HttpContext context, ClientLeases leases)
    {
        using var document = await JsonBody.ReadAsync(context, JsonLimits.Data);
        var body = new CacheBody(document.RootElement, "model", "ttl", "version");
        var (model, version, ttl) = (body.Model(), body.Version(), body.Ttl(leases.TtlRule, leases.Allows));
        var lease = await leases.AcquireAsync(model, version, ttl, context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.Headers.Location = $"{CacheEndpoints.Path}/leases/{lease.Id}";
        await AnswerAsync(context, lease);
    }

    internal static Task ListAsync(HttpContext context, ClientLeases leases) => JsonAnswer.WriteAsync(context, json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("leases");
        foreach (var lease in leases.List()) Write(json, lease);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    internal static Task ShowAsync(HttpContext context, string id, ClientLeases leases) => AnswerAsync(context, leases.Find(id) ?? throw Unknown(id));

    internal static async Task RenewAsync(HttpContext context, string id, ClientLeases leases)
    {
        using var document = await JsonBody.ReadAsync(context, JsonLimits.Data);
        var ttl = new CacheBody(document.RootElement, "ttl").Ttl(leases.TtlRule, leases.Allows);
        await AnswerAsync(context, leases.Renew(id, ttl) ?? throw Unknown(id));
    }

    internal static void Release(HttpContext context, string id, ClientLeases leases)
    {
        if (!leases.Release(id)) throw Unknown(id);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static Task AnswerAsync(HttpContext context, ClientLease lease) => JsonAnswer.WriteAsync(context, json => Write(json, lease));

    private static void Write(Utf8JsonWriter json, ClientLease lease)
    {
        json.WriteStartObject();
        json.WriteString("id", lease.Id);
        json.WriteModel(lease.Model);
        json.WriteSeconds("ttlSeconds", lease.Ttl);
        json.WriteTime("expiresAt", lease.ExpiresAt);
        json.WriteEndObject();
    }

    private static ServingException Unknown(string id) => new(
        ServingErrorKind.LeaseNotFound, $"There is no lease {CacheBody.Shown(id)}: it never was, has expired, or was released or revoked.")
    {
        Field = "id",
    };
}

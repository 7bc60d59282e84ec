using System.Text.Json;
using Bullpen.Core.Administration;
using Bullpen.Core.Models;

namespace Bullpen.Protocols.Mms;

/// <summary>
/// <c>POST /models</c> and <c>DELETE /models/{model}</c>. With a JSON body (SageMaker's way) the model is registered and
/// loaded before the answer; with query parameters <c>initial_workers</c> decides, 0 by default: then the first request
/// loads it.
/// </summary>
internal static class MmsRegistration
{
    internal static async Task RegisterAsync(HttpContext context, ModelAdministration administration, ModelScaling scaling, MmsDialect dialect)
    {
        var request = await MmsRegisterRequest.ReadAsync(context);
        var isWaitedFor = request is { Load: true, Synchronous: true };
        var model = await administration.RegisterAsync(request.Name, request.Url, isWaitedFor, context.RequestAborted);
        if (request.Workers is > 0 and var workers) scaling.Limit(model.Default, workers);
        if (request.Load && !isWaitedFor) scaling.BeginLoad(model.Default);

        if (!request.Load) await AnswerAsync(context, StatusCodes.Status200OK, dialect.Registered(model.Default.Id), request.Ignored);
        else if (isWaitedFor) await AnswerAsync(context, StatusCodes.Status200OK, dialect.Loaded(model.Default.Id, scaling.Of(model.Default).Most), request.Ignored);
        else await AnswerAsync(context, StatusCodes.Status202Accepted, MmsStatus.Processing, request.Ignored);
    }

    internal static async Task UnregisterAsync(HttpContext context, string model, ModelAdministration administration) =>
        await AnswerAsync(context, model, await administration.UnregisterAsync(model, context.RequestAborted));

    internal static async Task UnregisterVersionAsync(HttpContext context, string model, string version, ModelVersions versions) =>
        await AnswerAsync(context, model, await versions.UnregisterAsync(model, version, context.RequestAborted));

    private static Task AnswerAsync(HttpContext context, int code, string status, IReadOnlyList<string> ignored)
    {
        context.Response.StatusCode = code;
        return MmsStatus.WriteAsync(context, status, json => MmsStatus.WriteIgnored(json, ignored));
    }

    private static Task AnswerAsync(HttpContext context, string model, ModelReturn back) =>
        MmsStatus.WriteAsync(context, $"Model \"{model}\" unregistered", json =>
        {
            WriteBytes(json, "reclaimedBytes", back.Reclaimed);
            WriteBytes(json, "residueBytes", back.Residue);
        });

    /// <summary>Null: it could not be measured.</summary>
    private static void WriteBytes(Utf8JsonWriter json, string name, long? bytes)
    {
        if (bytes is { } known) json.WriteNumber(name, known);
        else json.WriteNull(name);
    }
}

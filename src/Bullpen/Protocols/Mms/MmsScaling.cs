using Bullpen.Core;
using Bullpen.Core.Administration;
using Bullpen.Core.Models;
using Bullpen.Core.Repository;

namespace Bullpen.Protocols.Mms;

/// <summary>
/// <c>PUT /models/{model}?min_worker=&amp;max_worker=&amp;synchronous=</c>. Workers are permits of the model's one session:
/// <c>max_worker</c> requests run in it at once, and <c>min_worker</c> of at least 1 has it loaded and kept (pinned), 0 lets it be
/// unloaded again. Both 0: it leaves memory now.
/// </summary>
internal static class MmsScaling
{
    // Documented by both servers, and of no meaning to a session inside this process.
    private static readonly string[] WithoutMeaning = ["number_gpu", "timeout"];

    internal static Task ScaleAsync(HttpContext context, string model, ModelScaling scaling, MmsDialect dialect) =>
        ScaleAsync(context, model, version: null, scaling, dialect);

    internal static Task ScaleVersionAsync(HttpContext context, string model, string version, ModelScaling scaling, MmsDialect dialect) =>
        ScaleAsync(context, model, version, scaling, dialect);

    private static async Task ScaleAsync(HttpContext context, string model, string? version, ModelScaling scaling, MmsDialect dialect)
    {
        var parameters = MmsParameters.Of(context.Request.Query);
        var range = RangeIn(parameters);
        var wait = parameters.Flag("synchronous") ?? false;
        foreach (var name in WithoutMeaning) parameters.Number(name, 0, int.MaxValue);

        var (id, outcome) = await scaling.ScaleAsync(model, version, range, wait, context.RequestAborted);

        // What is done already when nobody waits for it is answered as what is not: clients that do not wait expect one answer.
        var (code, status) = outcome switch
        {
            ScaleOutcome.InProgress => (dialect.PartlyScaled, "Workers scaling in progress..."),
            ScaleOutcome.Done when wait => (StatusCodes.Status200OK, dialect.Scaled(id, range, version is not null)),
            _ => (StatusCodes.Status202Accepted, MmsStatus.Processing),
        };
        context.Response.StatusCode = code;
        await MmsStatus.WriteAsync(context, status, json => MmsStatus.WriteIgnored(json, [.. WithoutMeaning.Where(name => parameters.Text(name) is not null)]));
    }

    private static WorkerRange RangeIn(MmsParameters parameters)
    {
        var least = parameters.Number("min_worker", 0, ModelManifest.MaxWorkers) ?? 1;
        var most = parameters.Number("max_worker", 0, ModelManifest.MaxWorkers) ?? least;
        if (most >= least) return new WorkerRange(least, most);
        throw new ServingException(ServingErrorKind.InvalidRequest, "max_worker cannot be less than min_worker.")
        {
            Field = "max_worker",
            Expected = $"at least {least}",
            Actual = $"{most}",
        };
    }
}

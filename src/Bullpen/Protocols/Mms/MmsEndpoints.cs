using Bullpen.Http;
using Bullpen.Lifecycle;
using Bullpen.Telemetry;

namespace Bullpen.Protocols.Mms;

/// <summary>The routes of AWS multi-model-server that Bullpen answers. Source: its docs/inference_api.md and docs/management_api.md.</summary>
internal static class MmsEndpoints
{
    private const string Protocol = "mms";

    internal static void MapMms(this IEndpointRouteBuilder routes)
    {
        var mms = routes.MapGroup("").WithMetadata(new MmsErrors(), new Metered(Protocol, Metered.Manage)).WithMmsHeaders();
        mms.MapMethods("/ping", HttpVerbs.Read, MmsPing.AnswerAsync).WithMetadata(new AnsweredWhileDraining(), new Metered(Protocol, Metered.Probe));
        mms.MapPost("/predictions/{model}", MmsPredictions.PredictAsync).WithMetadata(new Metered(Protocol, Metered.Infer));
        mms.MapPost("/models/{model}/invoke", MmsPredictions.PredictAsync).WithMetadata(new Metered(Protocol, Metered.Infer));
        mms.MapMethods("/models", HttpVerbs.Read, MmsModelList.ListAsync);
        mms.MapPost("/models", MmsRegistration.RegisterAsync);
        mms.MapMethods("/models/{model}", HttpVerbs.Read, MmsDescription.DescribeAsync);
        mms.MapDelete("/models/{model}", MmsRegistration.UnregisterAsync);
    }
}

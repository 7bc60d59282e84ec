using Bullpen.Descriptions;
using Bullpen.Http;
using Bullpen.Telemetry;

namespace Bullpen.Protocols.SageMaker;

/// <summary>
/// What SageMaker asks of a container beside the routes of AWS multi-model-server (docs/protocols/sagemaker.md).
/// Sources: mms-container-apis, your-algorithms-inference-code and your-algorithms-batch-code of the SageMaker developer guide.
/// </summary>
internal static class SageMakerEndpoints
{
    internal static void MapSageMaker(this IEndpointRouteBuilder routes) =>
        routes.MapMethods("/execution-parameters", HttpVerbs.Read, ExecutionParameters.AnswerAsync).WithMetadata(
            new Metered("sagemaker", Metered.Probe), new ApiGroup("SageMaker"),
            new ApiOperation("executionParameters", "How a batch transform should send its records.", [], StatusCodes.Status200OK));

    /// <summary>What stands around the routes of others.</summary>
    internal static void UseSageMaker(this IApplicationBuilder server)
    {
        server.UseMiddleware<SingleModelReadiness>();
        server.UseMiddleware<InvocationHeaders>();
    }
}

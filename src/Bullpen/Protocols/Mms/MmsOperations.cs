using Bullpen.Descriptions;

namespace Bullpen.Protocols.Mms;

/// <summary>Every operation, for the API's description.</summary>
internal static class MmsOperations
{
    private static readonly string[] Data = ["application/json", "text/csv", "text/plain", "image/*", "multipart/form-data", "application/x-www-form-urlencoded"];

    private static readonly ApiParameter KeepAlive = new("keep_alive", "string", "How long to keep the model in memory after this request: 5m, 0, -1.");
    private static readonly ApiParameter Synchronous = new("synchronous", "boolean", "Whether the answer waits until the workers are there.");

    internal static readonly ApiOperation Ping = new("ping", "Is the server well?", [], 200);

    internal static readonly ApiOperation ApiDescription = new("apiDescription", "This description.", [], 200);

    internal static readonly ApiOperation ApiDescriptionByOptions = ApiDescription with { Id = "apiDescriptionByOptions" };

    internal static readonly ApiOperation Predict = new("predictions", "Runs a model on the request's body.", Data, 200, 400, 404, 413, 503, 507) { Parameters = [KeepAlive] };

    internal static readonly ApiOperation PredictVersion = Predict with { Id = "version_predictions", Summary = "Runs one version of a model on the request's body." };

    internal static readonly ApiOperation Invoke = Predict with { Id = "invoke", Summary = "Runs a model on the request's body, as SageMaker asks for it." };

    internal static readonly ApiOperation LegacyPredict = Predict with { Id = "predict", Summary = "Runs a model on the request's body: an older path." };

    internal static readonly ApiOperation Invocations = Predict with
    {
        Id = "invocations",
        Summary = "Runs the model that model_name names, or the only one there is.",
        Parameters = [new("model_name", "string", "The model; may be left out where there is one only."), KeepAlive],
    };

    internal static readonly ApiOperation DescribeApi = new("modelApi", "The description of one model's API, from its own inputs and outputs. Loads the model.", [], 200, 404);

    internal static readonly ApiOperation Explain = new("explanations", "Not supported; answers why.", Data, 400);

    internal static readonly ApiOperation Register = new("registerModel", "Registers a model; with a JSON body of the same keys it is loaded before the answer.", ["application/json"], 200, 202, 400, 404, 409, 500, 507)
    {
        Example = """{"url":"FOLDER","model_name":"NAME"}""",
        Parameters =
        [
            new("url", "string", "A folder or a model file below the model store.") { IsRequired = true },
            new("model_name", "string", "The name to serve it under; else the last part of the url."),
            new("initial_workers", "integer", "Requests that may run in it at once; 0, the default, loads it with the first request."),
            Synchronous,
            new("runtime", "string", "Accepted, of no effect: models run in ONNX Runtime."),
            new("handler", "string", "Accepted, of no effect."),
            new("batch_size", "integer", "Accepted, of no effect."),
            new("max_batch_delay", "integer", "Accepted, of no effect."),
            new("response_timeout", "integer", "Accepted, of no effect."),
            new("preload_model", "boolean", "Accepted, of no effect."),
        ],
    };

    internal static readonly ApiOperation List = new("listModels", "The known models by name.", [], 200, 400)
    {
        Parameters =
        [
            new("limit", "integer", "Models in a page, from 1 to 100."),
            new("next_page_token", "string", "Where the page begins: nextPageToken of the page before."),
            new("loaded", "boolean", "Only those in memory."),
        ],
    };

    internal static readonly ApiOperation Describe = new("describeModel", "One model, its workers and its state.", [], 200, 404);

    internal static readonly ApiOperation DescribeVersion = new("version_describeModel", "One version of a model.", [], 200, 404);

    internal static readonly ApiOperation DescribeAll = new("describeAllVersions", "All versions of a model.", [], 200, 404);

    internal static readonly ApiOperation Scale = new("setAutoScale", "Sets how many requests run in a model at once, and whether it is kept in memory.", [], 200, 202, 400, 404, 500, 503, 507)
    {
        Parameters =
        [
            new("min_worker", "integer", "At least 1, the default: loaded, and kept in memory. 0: may be unloaded."),
            new("max_worker", "integer", "Requests that may run at once; min_worker by default. 0: unloaded now."),
            Synchronous,
        ],
    };

    internal static readonly ApiOperation ScaleVersion = Scale with { Id = "version_setAutoScale" };

    internal static readonly ApiOperation SetDefault = new("setDefault", "Makes a version the one that requests without a version get.", [], 200, 404);

    internal static readonly ApiOperation Unregister = new("unregisterModel", "Unloads a model and forgets it; its files stay.", [], 200, 404);

    internal static readonly ApiOperation UnregisterVersion = new("version_unregisterModel", "Unloads one version of a model and forgets it; its files stay.", [], 200, 400, 404);
}

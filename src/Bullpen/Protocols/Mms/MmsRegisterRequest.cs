using Bullpen.Core;
using Bullpen.Core.Repository;
using Bullpen.Http;

namespace Bullpen.Protocols.Mms;

/// <summary>What <c>POST /models</c> asks for.</summary>
internal sealed record MmsRegisterRequest
{
    // The runtimes of multi-model-server and TorchServe: nothing here runs Python, but a request that names it means its default.
    private static readonly string[] Runtimes = ["python", "python2", "python3", "LSP", "onnxruntime"];

    /// <summary>The name to serve it under; null: the last part of the url.</summary>
    internal string? Name { get; private init; }

    /// <summary>Where it lies.</summary>
    internal required string Url { get; init; }

    /// <summary>Requests that may run in it at once, 0 to load nothing; null: the request does not say.</summary>
    internal int? Workers { get; private init; }

    /// <summary>Whether it is to be loaded.</summary>
    internal required bool Load { get; init; }

    /// <summary>Whether the answer waits for the load.</summary>
    internal bool Synchronous { get; private init; }

    /// <summary>What was given and means nothing to a model that runs inside the server.</summary>
    internal IReadOnlyList<string> Ignored { get; private init; } = [];

    /// <summary>Reads the body or, where there is none, the address.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidRequest"/>: a parameter is missing or wrong.</exception>
    internal static async Task<MmsRegisterRequest> ReadAsync(HttpContext context)
    {
        using var document = await JsonBody.ReadIfAnyAsync(context, JsonLimits.Tensors);
        return document is null
            ? Read(MmsParameters.Of(context.Request.Query), loadsByDefault: false)
            : Read(MmsParameters.Of(document.RootElement), loadsByDefault: true);
    }

    private static MmsRegisterRequest Read(MmsParameters parameters, bool loadsByDefault)
    {
        var workers = parameters.Number("initial_workers", 0, ModelManifest.MaxWorkers);
        return new MmsRegisterRequest
        {
            Name = parameters.Text("model_name"),
            Url = parameters.Text("url") ?? throw UrlIsMissing(),
            Workers = workers,
            Load = workers is null ? loadsByDefault : workers > 0,
            Synchronous = parameters.Flag("synchronous") ?? true,
            Ignored = [.. IgnoredIn(parameters)],
        };
    }

    /// <summary>Each is checked all the same: what is wrong today would be a surprise on the day that it means something.</summary>
    private static IEnumerable<string> IgnoredIn(MmsParameters parameters)
    {
        if (parameters.Text("runtime") is { } runtime)
        {
            if (!Runtimes.Contains(runtime, StringComparer.OrdinalIgnoreCase)) throw UnknownRuntime(runtime);
            if (runtime != "onnxruntime") yield return "runtime";
        }

        if (parameters.Text("handler") is not null) yield return "handler";
        if (parameters.Number("batch_size", 1, int.MaxValue) > 1) yield return "batch_size";
        if (parameters.Number("max_batch_delay", 0, int.MaxValue) > 0) yield return "max_batch_delay";
        if (parameters.Number("response_timeout", 1, int.MaxValue) is not null) yield return "response_timeout";
        if (parameters.Number("startup_timeout", 1, int.MaxValue) is not null) yield return "startup_timeout";
        if (parameters.Flag("preload_model") == true) yield return "preload_model";
        if (parameters.Flag("s3_sse_kms") == true) yield return "s3_sse_kms";
    }

    private static ServingException UrlIsMissing() => new(ServingErrorKind.InvalidRequest, "Parameter url is required.")
    {
        Field = "url",
        Expected = "a folder or model file below the model store",
        Actual = "nothing",
    };

    private static ServingException UnknownRuntime(string runtime)
    {
        var shown = runtime.Length <= 40 ? runtime : $"{runtime.Length} characters";
        return new ServingException(ServingErrorKind.InvalidRequest, $"Invalid RuntimeType value: {shown}")
        {
            Field = "runtime",
            Expected = string.Join(", ", Runtimes),
            Actual = shown,
        };
    }
}

using Bullpen.Core;
using Bullpen.Core.Administration;

namespace Bullpen.Protocols.Mms;

/// <summary>What TorchServe answers beside multi-model-server's routes: the default of several versions, and explanations, which Bullpen has none of.</summary>
internal static class TorchServeVersions
{
    internal static Task SetDefaultAsync(HttpContext context, string model, string version, ModelVersions versions)
    {
        versions.SetDefault(model, version);
        return MmsStatus.WriteAsync(context, $"Default version successfully updated for model \"{model}\" to \"{version}\"");
    }

    internal static Task ExplainAsync(HttpContext context, string model) => throw new ServingException(
        ServingErrorKind.NotSupported, $"Explanations are not supported: an ONNX model says what it predicts, not why. Ask {context.Request.PathBase}/predictions/{model}.")
    {
        Model = model,
        Field = "path",
        Expected = "a prediction",
        Actual = "an explanation",
    };
}

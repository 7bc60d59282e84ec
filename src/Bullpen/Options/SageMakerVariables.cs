namespace Bullpen.Options;

/// <summary>
/// The variables of SageMaker's containers that decide more than one option, or one in words of their own; those that are just
/// another name for an option stand with it in <see cref="ServeOptionNames"/>. Source: sagemaker_inference/parameters.py and
/// environment.py of aws/sagemaker-inference-toolkit.
/// </summary>
internal sealed class SageMakerVariables(SettingSources sources)
{
    private const string DefaultBase = "/opt/ml";

    /// <summary>Set to <c>true</c> where the platform loads and unloads models by itself.</summary>
    internal Setting? MultiModel => sources.Variable("SAGEMAKER_MULTI_MODEL");

    /// <summary>The folder above <c>models</c> and <c>model</c>.</summary>
    internal Setting? Base => sources.Variable("SAGEMAKER_BASE_DIR");

    /// <summary>The port that the platform will call: the label accept-bind-to-port of an image promises that it is listened on.</summary>
    internal Setting? Port => sources.Variable("SAGEMAKER_BIND_TO_PORT");

    /// <summary>Where a multi-model endpoint has its models.</summary>
    internal string Models => Path.Combine(BaseFolder, "models");

    /// <summary>Where the model of an endpoint with a single one lies; null where there is none, or a repository to serve instead.</summary>
    internal string? SingleModel
    {
        get
        {
            var repository = sources.Find(ServeOptionNames.Repository);
            var model = Path.Combine(BaseFolder, "model");
            return repository?.Source != SettingSource.CommandLine && Holds(model) && !Holds(repository?.Text ?? Models) ? model : null;
        }
    }

    private string BaseFolder => Path.GetFullPath(Base?.Text ?? DefaultBase);

    private static bool Holds(string folder) => Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any();
}

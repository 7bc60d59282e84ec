namespace Bullpen.Options;

/// <summary>
/// The variables of SageMaker's containers that decide more than one option, or one in words of their own; those that are just
/// another name for an option stand with it in <see cref="ServeOptionNames"/>. Source: sagemaker_inference/parameters.py and
/// environment.py of aws/sagemaker-inference-toolkit.
/// </summary>
internal sealed class SageMakerVariables(SettingSources sources)
{
    internal const string MultiModel = "SAGEMAKER_MULTI_MODEL";
    private const string DefaultBase = "/opt/ml";

    /// <summary>Whether the platform loads and unloads models by itself.</summary>
    /// <exception cref="OptionException">The variable says neither true nor false.</exception>
    internal bool IsMultiModel => sources.Variable(MultiModel) is { } setting &&
        (bool.TryParse(setting.Text, out var value) ? value : throw new OptionException($"{setting.Origin}: '{setting.Text}' is not true or false."));

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

using Bullpen.Core.Repository;
using Bullpen.Options;

namespace Bullpen.Hosting;

/// <summary>A folder that is one model, served alone (<c>--model</c>): SageMaker's endpoints with a single model.</summary>
internal static class SingleModel
{
    /// <summary>Its name: that of the folder. Null where the models of a repository are served.</summary>
    internal static string? NameOf(ServeOptions options) => options.Model is { } folder ? Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)) : null;

    /// <summary>The model; null where those of a repository are served.</summary>
    /// <exception cref="Bullpen.Core.ServingException">There is none in the folder, or one that cannot be served: it says why.</exception>
    internal static CatalogModel? Find(ServeOptions options) =>
        NameOf(options) is { } name ? new ModelStore(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(options.Model!))!, alias: null).Resolve(name, name) : null;
}

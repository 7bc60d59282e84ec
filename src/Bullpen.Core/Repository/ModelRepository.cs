namespace Bullpen.Core.Repository;

/// <summary>
/// The folder that says which models exist. Found are <c>NAME.onnx</c>, <c>NAME/model.onnx</c> (or the only .onnx file
/// there), <c>NAME/&lt;n&gt;/model.onnx</c>, <c>NAME/model.json</c> beside any of them, and what a <c>models.json</c> lists.
/// A broken entry becomes a definition with a fault and harms no other. Of several entries of one name the first counts, in
/// this order: models.json, folder, .onnx file, file of another kind.
/// </summary>
/// <param name="folder">The repository, as the operator gave it.</param>
/// <param name="modelsConfig">
/// The <c>models.json</c> to read, as the operator gave it; null to look for <c>models.json</c>, then
/// <c>config/models.json</c>, in the repository.
/// </param>
public sealed class ModelRepository(string folder, string? modelsConfig = null)
{
    /// <summary>Looks through the repository once, without a memory of earlier looks: see <see cref="RepositoryIndex"/>.</summary>
    /// <exception cref="ServingException">As <see cref="RepositoryIndex.Look"/>.</exception>
    public RepositoryContents Scan()
    {
        var index = new RepositoryIndex(folder, modelsConfig);
        index.Look();
        return index.Contents;
    }
}

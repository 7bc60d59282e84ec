namespace Bullpen.Tests.Conformance;

/// <summary>One model of the ONNX backend tests: <c>FOLDER/NAME/model.onnx</c>, and beside it its sets of inputs and expected outputs.</summary>
/// <param name="Folder">The part of the suite that it belongs to.</param>
/// <param name="Name">Its own folder, which no other part has too.</param>
/// <param name="Path">Where that lies.</param>
internal sealed record BackendModel(string Folder, string Name, string Path)
{
    /// <summary>Where Debian's package libonnx-testdata has them.</summary>
    internal const string Root = "/usr/share/libonnx-testdata/data";

    /// <summary>The model's file, which some have not.</summary>
    internal string File => System.IO.Path.Combine(Path, "model.onnx");

    /// <summary>The folders of its sets of data.</summary>
    internal IEnumerable<string> Sets => Directory.EnumerateDirectories(Path, "test_data_set_*").Order(StringComparer.Ordinal);

    /// <summary>All of them, by part and name.</summary>
    internal static IReadOnlyList<BackendModel> All() =>
    [
        .. from part in Directory.EnumerateDirectories(Root).Order(StringComparer.Ordinal)
           from model in Directory.EnumerateDirectories(part).Order(StringComparer.Ordinal)
           select new BackendModel(System.IO.Path.GetFileName(part), System.IO.Path.GetFileName(model), model),
    ];
}

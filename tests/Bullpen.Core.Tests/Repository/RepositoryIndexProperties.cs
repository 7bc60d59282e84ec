using Bullpen.Core.Repository;
using Bullpen.TestKit;
using FsCheck;
using FsCheck.Fluent;

namespace Bullpen.Core.Tests.Repository;

public sealed class RepositoryIndexProperties
{
    private static readonly string[] Files =
    [
        "a.onnx", "a/model.onnx", "a/1/model.onnx", "a/2/model.onnx", "a/model.json", "b.onnx", "b.pkl", "b/model.json", "c/net.onnx", "models.json",
    ];

    private static readonly byte[][] Contents =
    [
        ModelBytes.Onnx, [.. ModelBytes.Onnx, 0x10, 17], ModelBytes.Pickle(), ModelBytes.Text("{}"), ModelBytes.Text("""{"versions": "all"}"""),
        ModelBytes.Text("""{"c": {"path": "b.onnx"}, "d": {"path": "a/1"}}"""), ModelBytes.Text("""{"a": {"path": "c", "topK": 2}}"""), [],
    ];

    [Fact]
    public void Whatever_is_done_to_the_files_between_looks_the_index_ends_as_a_fresh_scan_does()
    {
        var changes = 0;
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(150).WithStartSize(5).WithEndSize(60).WithQuietOnSuccess(true),
            Prop.ForAll(ArbMap.Default.ArbFor<Tuple<byte, byte>[]>(), commands =>
            {
                using var folder = new TempFolder();
                var index = new RepositoryIndex(folder.Path);
                index.Look();
                foreach (var (op, which) in commands) changes += Play(folder, index, op, which) ? 1 : 0;
                var fresh = Scan(folder);
                for (var i = 0; i < 3; i++) index.Look();

                Describe(index.Contents).ShouldBe(Describe(fresh));
            }));

        changes.ShouldBeGreaterThan(50, "the looks in between have found something");
    }

    private static bool Play(TempFolder folder, RepositoryIndex index, byte op, byte which)
    {
        var file = Files[which % Files.Length];
        switch (op % 8)
        {
            case < 4:
                // Two writes may fall into one tick of the file system's clock; their lengths, too, may be the same.
                File.SetLastWriteTimeUtc(folder.Write(file, Contents[op / 8 % Contents.Length]), DateTime.UnixEpoch.AddSeconds((op * 256) + which));
                return false;
            case 4:
                if (File.Exists(folder.At(file))) File.Delete(folder.At(file));
                return false;
            case 5:
                var other = folder.At($"moved{which}");
                if (Directory.Exists(folder.At("a")) && !Directory.Exists(other)) Directory.Move(folder.At("a"), other);
                return false;
            default:
                return index.Look();
        }
    }

    private static RepositoryContents Scan(TempFolder folder)
    {
        try
        {
            return new ModelRepository(folder.Path).Scan();
        }
        catch (ServingException)
        {
            // A models.json that cannot be read ends a start; while serving, what it said before is kept.
            File.Delete(folder.At("models.json"));
            return new ModelRepository(folder.Path).Scan();
        }
    }

    private static List<string> Describe(RepositoryContents contents) =>
        [.. contents.Models.SelectMany(m => m.Versions).Select(v => $"{v.Id} {v.Url} {v.Origin} {v.Manifest.TopK} {v.Manifest.Versions} {v.Signature} {v.Fault}")];
}

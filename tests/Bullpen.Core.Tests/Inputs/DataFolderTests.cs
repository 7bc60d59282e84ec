using Bullpen.Core.Inputs.Images;

namespace Bullpen.Core.Tests.Inputs;

public sealed class DataFolderTests : IDisposable
{
    private readonly DirectoryInfo _place = Directory.CreateTempSubdirectory("bullpen-data-");
    private readonly DataFolder _data;

    public DataFolderTests()
    {
        Write("data/inside.txt", "in");
        Write("data/sub/deep.txt", "deep");
        Write("data/empty.txt", "");
        Write("data/large.txt", "12345678901");
        Write("outside.txt", "out");
        Write("data-beside/neighbour.txt", "beside");
        _data = new DataFolder(At("data"), 10);
    }

    public void Dispose() => _place.Delete(recursive: true);

    [Theory]
    [InlineData("inside.txt")]
    [InlineData("./inside.txt")]
    [InlineData("sub//deep.txt")]
    public void Files_below_the_folder_are_read(string path)
    {
        _data.TryRead(path, out var content).ShouldBe(DataFileStatus.Read);
        content.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("../outside.txt", DataFileStatus.Outside)]
    [InlineData("sub/../inside.txt", DataFileStatus.Outside)]
    [InlineData("/etc/passwd", DataFileStatus.Outside)]
    [InlineData("..", DataFileStatus.Outside)]
    [InlineData("", DataFileStatus.NotAPath)]
    [InlineData("a\0b", DataFileStatus.NotAPath)]
    [InlineData("a\nb", DataFileStatus.NotAPath)]
    [InlineData("sub\\deep.txt", DataFileStatus.NotAPath)]
    [InlineData("none.txt", DataFileStatus.NotFound)]
    [InlineData("inside.txt/x", DataFileStatus.NotFound)]
    [InlineData("sub", DataFileStatus.NotFound)]
    [InlineData(".", DataFileStatus.Outside)]
    [InlineData("empty.txt", DataFileStatus.NotFound)]
    [InlineData("large.txt", DataFileStatus.TooLarge)]
    public void Anything_else_is_not(string path, DataFileStatus status)
    {
        _data.TryRead(path, out var content).ShouldBe(status);
        content.ShouldBeEmpty();
    }

    [Fact]
    public void A_path_beyond_any_length_is_no_path() => _data.TryRead(new string('a', 1025), out _).ShouldBe(DataFileStatus.NotAPath);

    [Fact]
    public void Links_that_stay_inside_are_followed()
    {
        Link("data/link.txt", "sub/deep.txt");
        Link("data/folder", At("data/sub"));
        _data.TryRead("link.txt", out _).ShouldBe(DataFileStatus.Read);
        _data.TryRead("folder/deep.txt", out _).ShouldBe(DataFileStatus.Read);
    }

    [Fact]
    public void Links_that_lead_out_are_refused()
    {
        Link("data/absolute.txt", At("outside.txt"));
        Link("data/relative.txt", "../outside.txt");
        Link("data/neighbour", "../data-beside");
        Link("data/chain1", "chain2");
        Link("data/chain2", "../outside.txt");
        _data.TryRead("absolute.txt", out _).ShouldBe(DataFileStatus.Outside);
        _data.TryRead("relative.txt", out _).ShouldBe(DataFileStatus.Outside);
        _data.TryRead("neighbour/neighbour.txt", out _).ShouldBe(DataFileStatus.Outside);
        _data.TryRead("chain1", out _).ShouldBe(DataFileStatus.Outside);
    }

    [Fact]
    public void Links_in_a_circle_or_to_nothing_are_not_found()
    {
        Link("data/a", "b");
        Link("data/b", "a");
        Link("data/dangling", "nowhere");
        _data.TryRead("a", out _).ShouldBe(DataFileStatus.NotFound);
        _data.TryRead("dangling", out _).ShouldBe(DataFileStatus.NotFound);
    }

    [Fact]
    public void The_folder_itself_may_be_a_link()
    {
        Link("linked", "data");
        new DataFolder(At("linked")).TryRead("inside.txt", out _).ShouldBe(DataFileStatus.Read);
    }

    [SkippableFact]
    public void A_device_is_never_opened()
    {
        Skip.IfNot(File.Exists("/dev/zero"));
        new DataFolder("/dev").TryRead("zero", out _).ShouldBe(DataFileStatus.NotFound);
    }

    [Fact]
    public void A_folder_that_is_not_there_holds_nothing() => new DataFolder(At("missing")).TryRead("x", out _).ShouldBe(DataFileStatus.NotFound);

    [Fact]
    public void No_folder_is_told_apart_from_an_empty_one()
    {
        var none = new DataFolder(null);
        none.TryRead("x", out _).ShouldBe(DataFileStatus.NoFolder);
        none.TryRead("/etc/passwd", out _).ShouldBe(DataFileStatus.NoFolder);
        none.TryRead("a\0b", out _).ShouldBe(DataFileStatus.NotAPath);
    }

    private string At(string path) => Path.Combine(_place.FullName, path);

    private void Link(string path, string target) => File.CreateSymbolicLink(At(path), target);

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), text);
    }
}

using System.Formats.Tar;
using System.IO.Compression;
using Bullpen.Core;
using Bullpen.Sources;
using Bullpen.Sources.Archives;
using Bullpen.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bullpen.Tests.Sources;

/// <summary>Crafted archives: refused by a message that names entry and rule, nothing written outside, nothing left behind.</summary>
public sealed class ArchiveRefusalTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string> HostileNames => new()
    {
        { "../evil", "leads to a parent folder" },
        { "a/../../evil", "leads to a parent folder" },
        { "a/..", "leads to a parent folder" },
        { "/evil", "has an absolute path" },
        { "//evil", "has an absolute path" },
        { "C:/evil", "has a colon in its name, as a drive has" },
        { "C:evil", "has a colon in its name, as a drive has" },
        { "model.onnx:stream", "has a colon in its name, as a drive has" },
        { "..\\evil", "has a backslash in its name" },
        { "a\\..\\..\\evil", "has a backslash in its name" },
        { "\\\\server\\share\\evil", "has a backslash in its name" },
        { "evil\u0007", "has a control character in its name" },
        { "evil.", "has a part that ends in a dot or a space" },
        { "a /evil", "has a part that ends in a dot or a space" },
        { ".../evil", "has a part that ends in a dot or a space" },
    };

    [Theory]
    [MemberData(nameof(HostileNames))]
    public void A_zip_with_a_name_that_leads_elsewhere(string name, string rule) =>
        Refused("zip", CraftedZip.Of(zip => zip.File(name))).ShouldEndWith($"{rule}.");

    [Theory]
    [MemberData(nameof(HostileNames))]
    public void A_tar_with_a_name_that_leads_elsewhere(string name, string rule) =>
        Refused("tar.gz", CraftedTar.Of(tar => tar.File(name))).ShouldEndWith($"{rule}.");

    [Fact]
    public void A_zip_with_a_line_break_in_a_name() => Refused("zip", CraftedZip.Of(zip => zip.File("a\nb"))).ShouldEndWith("has a control character in its name.");

    [Fact]
    public void A_zip_with_NUL_in_a_name() => Refused("zip", Patched(CraftedZip.Of(zip => zip.File("evil_name")), "evil_name", "evil\0name"))
        .ShouldEndWith("has a control character in its name.");

    [Fact]
    public void A_sibling_folder_whose_name_begins_alike_is_outside()
    {
        // Of what is unpacked to, ".part-…", nobody knows the rest of the name; the rule is shown where the paths are put together.
        var folder = new ExtractionFolder(_folder.Folder("abc"), new ArchiveLimits(), () => 1000);

        Should.Throw<ArchiveException>(() => folder.AddFile("../abc-evil/x", Stream.Null, CancellationToken.None)).Message.ShouldContain("leads to a parent folder");
        Directory.Exists(_folder.At("abc-evil")).ShouldBeFalse();
        Core.Repository.RealPath.IsBelow(_folder.At("abc-evil/x"), _folder.At("abc")).ShouldBeFalse();
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink, "a symbolic link")]
    [InlineData(TarEntryType.HardLink, "a hard link")]
    [InlineData(TarEntryType.CharacterDevice, "a device")]
    [InlineData(TarEntryType.BlockDevice, "a device")]
    [InlineData(TarEntryType.Fifo, "a FIFO")]
    public void A_tar_with_an_entry_that_is_no_regular_file(TarEntryType type, string kind)
    {
        var link = type is TarEntryType.SymbolicLink or TarEntryType.HardLink ? "/etc/passwd" : "";

        Refused("tar.gz", CraftedTar.Of(tar => tar.Entry(type, "evil", link)))
            .ShouldBe($"m.tar.gz is refused: its entry \"evil\" is {kind}; only regular files and folders are unpacked.");
    }

    [Fact]
    public void A_tar_with_a_sparse_file_in_the_form_of_pax() => Refused("tar.gz", CraftedTar.Of(tar => tar.WriteEntry(
        new PaxTarEntry(TarEntryType.RegularFile, "GNUSparseFile.0/evil", [KeyValuePair.Create("GNU.sparse.major", "1"), KeyValuePair.Create("GNU.sparse.minor", "0")])
        {
            DataStream = new MemoryStream("1\n0\n7\ncontent"u8.ToArray()),
        }))).ShouldEndWith("is a sparse file; only regular files and folders are unpacked.");

    [Fact]
    public void A_tar_that_calls_all_its_files_sparse() => Refused("tar.gz", CraftedTar.Of(tar =>
    {
        tar.WriteEntry(new PaxGlobalExtendedAttributesTarEntry([KeyValuePair.Create("GNU.sparse.major", "1")]));
        tar.File("evil");
    })).ShouldEndWith("is a sparse file; only regular files and folders are unpacked.");

    [Fact]
    public void A_tar_that_writes_through_a_link_of_its_own() => Refused("tar.gz", CraftedTar.Of(tar =>
    {
        tar.Entry(TarEntryType.SymbolicLink, "out", _folder.Path);
        tar.File("out/evil");
    })).ShouldContain("is a symbolic link");

    [Theory]
    [InlineData(0xA1FF, "a symbolic link")]
    [InlineData(0x11A4, "a FIFO")]
    [InlineData(0x21A4, "a device")]
    [InlineData(0x61A4, "a device")]
    [InlineData(0xC1A4, "a socket")]
    public void A_zip_with_an_entry_that_is_no_regular_file(int mode, string kind) =>
        Refused("zip", CraftedZip.Of(zip => zip.File("evil", "/etc/passwd").ExternalAttributes = mode << 16)).ShouldContain($"\"evil\" is {kind}; only regular files");

    [SkippableFact]
    public void Modes_are_not_taken_from_an_archive()
    {
        Skip.If(OperatingSystem.IsWindows(), "Files have no mode there.");
        if (OperatingSystem.IsWindows()) return;
        const UnixFileMode all = (UnixFileMode)0xFFF;
        foreach (var (extension, bytes) in new[]
        {
            ("tar.gz", CraftedTar.Of(tar => tar.File("model.onnx", mode: all))),
            ("zip", CraftedZip.Of(zip => zip.File("model.onnx").ExternalAttributes = 0x8FFF << 16)),
        })
        {
            using var source = Source();
            using var unpacked = source.Unpack(_folder.Write($"m.{extension}", bytes), "m", CancellationToken.None);

            File.GetUnixFileMode(Path.Combine(unpacked.Folder, "model.onnx")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.GetUnixFileMode(unpacked.Folder).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void A_bomb_in_a_zip() => Refused("zip", CraftedZip.Of(zip =>
    {
        using var stream = zip.CreateEntry("bomb", CompressionLevel.SmallestSize).Open();
        stream.Write(new byte[40 << 20]);
    })).ShouldEndWith("its entry \"bomb\" unpacks to more than 200 times what it takes in the archive.");

    [Fact]
    public void A_bomb_in_a_zip_whose_header_lies_of_its_length()
    {
        var zip = CraftedZip.Of(archive =>
        {
            using var stream = archive.CreateEntry("bomb", CompressionLevel.SmallestSize).Open();
            stream.Write(new byte[40 << 20]);
        });

        Refused("zip", CraftedZip.WithField(zip, 24, 10)).ShouldContain("m.zip is ");
    }

    [Fact]
    public void A_bomb_of_entries_that_share_their_data() =>
        Refused("zip", CraftedZip.Overlapping(entries: 20, unpackedBytes: 4 << 20)).ShouldContain("m.zip is ");

    [Fact]
    public void A_bomb_in_a_gzip_body() => Refused("tar.gz", CraftedTar.Of(tar => tar.WriteEntry(
        new PaxTarEntry(TarEntryType.RegularFile, "bomb") { DataStream = new MemoryStream(new byte[40 << 20]) })))
        .ShouldEndWith("its entry \"bomb\" unpacks to more than 200 times what it takes in the archive.");

    [Theory]
    [InlineData("x")]
    [InlineData("g")]
    [InlineData("L")]
    [InlineData("K")]
    public void A_bomb_in_a_header_of_a_tar_is_not_read_into_memory(string type)
    {
        var bytes = CraftedTar.Gzip(stream =>
        {
            stream.Write(CraftedTar.RawHeader("header", type[0], Convert.ToString(1L << 30, 8)));
            var zeros = new byte[1 << 20];
            for (var count = 0; count < 64; count++) stream.Write(zeros);
        });
        var before = GC.GetTotalAllocatedBytes();

        Refused("tar.gz", bytes).ShouldContain("an entry has more than 65,536 bytes of headers");

        (GC.GetTotalAllocatedBytes() - before).ShouldBeLessThan(32 << 20);
    }

    [Fact]
    public void What_follows_the_end_of_a_tar_without_end() => Refused("tar.gz", CraftedTar.Gzip(stream =>
    {
        stream.Write(new byte[8 << 20]);
    })).ShouldContain("follow its end");

    [Fact]
    public void More_bytes_than_may_be_unpacked()
    {
        var limits = new ArchiveLimits { MaxBytes = 1000 };
        foreach (var (extension, bytes) in new[]
        {
            ("zip", CraftedZip.Of(zip => { zip.File("a", new string('a', 600)); zip.File("b", new string('b', 401)); })),
            ("tar.gz", CraftedTar.Of(tar => { tar.File("a", new string('a', 600)); tar.File("b", new string('b', 401)); })),
        })
            Refused(extension, bytes, limits).ShouldEndWith("its entry \"b\" brings it over 1,000 bytes unpacked (--max-unpacked).");
    }

    [Fact]
    public void A_million_entries_in_a_zip_are_refused_before_they_are_read()
    {
        var path = _folder.Write("m.zip", CraftedZip.Overlapping(entries: 1_000_000, unpackedBytes: 1));
        var before = GC.GetTotalAllocatedBytes();

        Refusal(path, new ArchiveLimits()).ShouldBe("m.zip is refused: it has more than 10,000 entries.");

        (GC.GetTotalAllocatedBytes() - before).ShouldBeLessThan(16 << 20);
    }

    [Theory]
    [InlineData(ushort.MaxValue, true, "is refused: it is a part of several files.")]
    [InlineData(1, true, "is refused: it is a part of several files.")]
    [InlineData(0, true, "is refused: it has more than 10,000 entries.")]
    [InlineData(0, false, "is refused: it has more than 10,000 entries.")]
    public void A_second_directory_in_a_zip_hides_no_entries(int disk, bool isRealOne64, string rule)
    {
        var path = _folder.Write("m.zip", CraftedZip.WithTwoDirectories(300_000, (ushort)disk, isRealOne64));
        var before = GC.GetTotalAllocatedBytes();

        Refusal(path, new ArchiveLimits()).ShouldBe($"m.zip {rule}");

        (GC.GetTotalAllocatedBytes() - before).ShouldBeLessThan(16 << 20);
    }

    [Fact]
    public void A_million_entries_in_a_tar() => Refused("tar.gz", CraftedTar.Gzip(stream =>
    {
        for (var index = 0; index < 1_000_000; index++) stream.Write(CraftedTar.RawHeader($"{index % 20_000}", '5', "0"));
    })).ShouldBe("m.tar.gz is refused: it has more than 10,000 entries.");

    [Fact]
    public void Folders_that_names_imply_count_as_entries()
    {
        foreach (var (extension, bytes) in new[]
        {
            ("zip", CraftedZip.Of(zip => { zip.CreateEntry("a/"); zip.File("a/b/c"); zip.File("a/b/d"); })),
            ("tar.gz", CraftedTar.Of(tar => { tar.Entry(TarEntryType.Directory, "a/"); tar.File("a/b/c"); tar.File("a/b/d"); })),
        })
        {
            Refused(extension, bytes, new ArchiveLimits { MaxEntries = 3 }).ShouldEndWith("is refused: it has more than 3 entries.");
            using var source = Source(new ArchiveLimits { MaxEntries = 4 });
            using var unpacked = source.Unpack(_folder.Write($"m.{extension}", bytes), "m", CancellationToken.None);
            Directory.GetFileSystemEntries(unpacked.Folder, "*", SearchOption.AllDirectories).Length.ShouldBe(4);
        }
    }

    [Fact]
    public void Folders_ten_thousand_deep()
    {
        var deep = string.Concat(Enumerable.Repeat("d/", 17)) + "x";
        var deeper = string.Concat(Enumerable.Repeat("d/", 10_000)) + "x";

        Refused("zip", CraftedZip.Of(zip => zip.File(deep))).ShouldEndWith("lies more than 16 folders deep.");
        Refused("tar.gz", CraftedTar.Of(tar => tar.File(deep))).ShouldEndWith("lies more than 16 folders deep.");
        Refused("zip", CraftedZip.Of(zip => zip.File(deeper))).ShouldEndWith("has a name of more than 1,024 bytes.");
        Refused("tar.gz", CraftedTar.Of(tar => tar.File(deeper))).ShouldEndWith("has a name of more than 1,024 bytes.");
    }

    [Fact]
    public void Names_of_four_kibibytes_and_parts_that_no_file_system_has()
    {
        var name = new string('n', 4096);
        var part = new string('p', 256);

        Refused("zip", CraftedZip.Of(zip => zip.File(name))).ShouldEndWith("has a name of more than 1,024 bytes.");
        Refused("tar.gz", CraftedTar.Of(tar => tar.File(name))).ShouldEndWith("has a name of more than 1,024 bytes.");
        Refused("zip", CraftedZip.Of(zip => zip.File(part))).ShouldEndWith("has a part of more than 255 bytes in its name.");
        Refused("tar.gz", CraftedTar.Of(tar => tar.File(part))).ShouldEndWith("has a part of more than 255 bytes in its name.");
    }

    [Theory]
    [InlineData("model.onnx", "model.onnx", "is there twice")]
    [InlineData("model.onnx", "MODEL.ONNX", "is there twice")]
    [InlineData("model.onnx", "./model.onnx", "is there twice")]
    [InlineData("a", "a/b", "lies in another entry that is a file")]
    [InlineData("a/b", "a", "is there twice")]
    [InlineData("a/b", "A/c", "lies in a folder that is there twice")]
    public void Two_entries_for_one_place(string first, string second, string rule)
    {
        Refused("zip", CraftedZip.Of(zip => { zip.File(first); zip.File(second); })).ShouldContain(rule);
        Refused("tar.gz", CraftedTar.Of(tar => { tar.File(first); tar.File(second); })).ShouldContain(rule);
    }

    [Fact]
    public void An_archive_that_is_cut_anywhere()
    {
        var content = Convert.ToBase64String(Enumerable.Range(0, 3000).Select(index => (byte)(index * index)).ToArray());

        // The last bytes of a gzip file are its checksum and the end of the tar, after all that it holds.
        foreach (var (extension, end, bytes) in new[]
        {
            ("zip", 0, CraftedZip.Of(zip => { zip.File("a", content); zip.File("b", content); })),
            ("tar.gz", 24, CraftedTar.Of(tar => { tar.File("a", content); tar.File("b", content); })),
        })
            for (var length = 1; length < bytes.Length - end; length += Math.Max(1, bytes.Length / 200))
                Refused(extension, bytes[..length], because: $"cut at {length} of {bytes.Length}").ShouldStartWith($"m.{extension} is ");
    }

    [Fact]
    public void A_tar_that_ends_between_two_entries() => Refused("tar.gz", CraftedTar.Gzip(stream =>
    {
        var whole = new MemoryStream();
        using (var tar = new TarWriter(whole, TarEntryFormat.Ustar, leaveOpen: true))
            tar.WriteEntry(new UstarTarEntry(TarEntryType.Directory, "a"));
        stream.Write(whole.ToArray().AsSpan(0, 512));
    })).ShouldContain("is a damaged archive");

    [Fact]
    public void A_zip_whose_content_is_not_what_its_checksum_says() =>
        Refused("zip", CraftedZip.WithField(CraftedZip.Of(zip => zip.File("model.onnx")), 16, 0x12345678)).ShouldContain("is a damaged archive");

    [Theory]
    [InlineData("zip")]
    [InlineData("tar.gz")]
    public void A_file_that_is_no_archive(string extension) =>
        Refused(extension, "just text"u8.ToArray()).ShouldContain("is neither a zip file (.mar, .zip) nor a gzip-compressed tar file");

    [Fact]
    public void An_empty_file() => Refused("zip", []).ShouldBe("m.zip is empty.");

    [Fact]
    public void A_cancelled_unpacking_leaves_nothing()
    {
        using var source = Source();
        var archive = _folder.Write("m.zip", CraftedZip.Of(zip => zip.File("a")));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Should.Throw<OperationCanceledException>(() => source.Unpack(archive, "m.zip", cancelled.Token));

        Listing().ShouldBe([_folder.At("m.zip"), _folder.At("unpacked"), _folder.At("unpacked/sources")], ignoreOrder: true);
    }

    private string Refused(string extension, byte[] archive, ArchiveLimits? limits = null, string? because = null) =>
        Refusal(_folder.Write($"m.{extension}", archive), limits ?? new ArchiveLimits(), because);

    private string Refusal(string archive, ArchiveLimits limits, string? because = null)
    {
        var before = Listing().Append(_folder.At("unpacked")).Append(_folder.At("unpacked/sources")).Distinct().ToList();
        var outside = Beside();
        using var source = Source(limits);

        var error = Should.Throw<ServingException>(() => source.Unpack(archive, Path.GetFileName(archive), CancellationToken.None), because);

        error.Kind.ShouldBe(ServingErrorKind.InvalidModel);
        error.Message.ShouldNotContain(_folder.Path);
        Listing().Except(before).ShouldBeEmpty();
        Beside().Except(outside).ShouldBeEmpty();
        return error.Message;
    }

    private List<string> Listing() => [.. Directory.EnumerateFileSystemEntries(_folder.Path, "*", SearchOption.AllDirectories)];

    /// <summary>Where the names of these tests would lead, if anybody followed them.</summary>
    private static List<string> Beside() =>
        [.. new[] { "/evil", "/tmp/evil", Path.Combine(Path.GetTempPath(), "evil"), Path.GetFullPath("evil"), Path.GetFullPath("../evil") }.Where(path => File.Exists(path))];

    private static byte[] Patched(byte[] bytes, string from, string to)
    {
        var (old, with) = (System.Text.Encoding.ASCII.GetBytes(from), System.Text.Encoding.ASCII.GetBytes(to));
        for (var at = bytes.AsSpan().IndexOf(old); at >= 0; at = bytes.AsSpan().IndexOf(old)) with.CopyTo(bytes, at);
        return bytes;
    }

    private Owned Source(ArchiveLimits? limits = null) => new(new ModelSource(
        new SourcesOptions { Folder = _folder.At("unpacked"), Limits = limits ?? new ArchiveLimits() }, TimeProvider.System, NullLogger<ModelSource>.Instance));

    /// <summary>A source that is disposed where a test ends.</summary>
    private sealed class Owned(ModelSource source) : IDisposable
    {
        internal Core.Repository.IUnpackedModel Unpack(string archive, string url, CancellationToken token) => source.Unpack(archive, url, token);

        public void Dispose() => source.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}

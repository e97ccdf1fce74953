using System.Formats.Tar;
using System.Text;

namespace Scalelab.ModelServer.Tests.Models.Sources;

public sealed class FileSourceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fetch_Folder_IsServedWhereItIs()
    {
        using var sources = new TestSources();
        var folder = Directory.CreateDirectory(Path.Combine(sources.Scratch, "my models")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "model.onnx"), "network", Cancellation);

        Assert.Equal(folder, await sources.FetchAsync($"file://{sources.Scratch}/my models"));
        Assert.Equal(folder, await sources.FetchAsync($"file://localhost{sources.Scratch}/my%20models"));
        Assert.False(Directory.Exists(sources.Cache));
    }

    [Fact]
    public async Task Fetch_FolderOfVersions_KeepsTheVersions()
    {
        using var sources = new TestSources();
        Directory.CreateDirectory(Path.Combine(sources.Scratch, "wine", "1"));

        Assert.Equal(Path.Combine(sources.Scratch, "wine"), await sources.FetchAsync($"file://{sources.Scratch}/wine"));
    }

    [Fact]
    public async Task Fetch_ArchiveOrNetwork_IsUnpackedIntoTheCache()
    {
        using var sources = new TestSources();
        await File.WriteAllBytesAsync(Path.Combine(sources.Scratch, "wine.tgz"), Archives.Gzip(Archives.Tar(("model.onnx", "packed"))), Cancellation);
        await File.WriteAllTextAsync(Path.Combine(sources.Scratch, "wine.onnx"), "network", Cancellation);

        var unpacked = await sources.FetchAsync($"file://{sources.Scratch}/wine.tgz");
        var network = await sources.FetchAsync($"file://{sources.Scratch}/wine.onnx");

        Assert.Equal("packed", await File.ReadAllTextAsync(Path.Combine(unpacked, "model.onnx"), Cancellation));
        Assert.Equal("network", await File.ReadAllTextAsync(Path.Combine(network, "model.onnx"), Cancellation));
        Assert.True(File.Exists(Path.Combine(sources.Scratch, "wine.onnx")));
    }

    [Theory]
    [InlineData("file://relative/path", "is not an absolute path")]
    [InlineData("file:///models/../etc", "without '..'")]
    [InlineData("file:///models/%2e%2e/etc", "without '..'")]
    [InlineData("http://127.0.0.1/models/%2E%2e/other", "without '..'")]
    [InlineData("file:///nowhere/at/all", "does not exist")]
    public async Task Fetch_NothingThere_SaysSo(string uri, string message)
    {
        using var sources = new TestSources();

        Assert.Contains(message, await sources.RefusalAsync(uri), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("a/../../outside")]
    [InlineData("/outside")]
    [InlineData("C:/outside")]
    [InlineData("..\\outside")]
    public async Task Fetch_ArchiveLeadsOutOfItsFolder_IsRefusedInEveryForm(string name)
    {
        using var sources = new TestSources();
        byte[][] archives = [Archives.Tar((name, "x")), Archives.Gzip(Archives.Tar((name, "x"))), Archives.Zip((name, "x"))];
        foreach (var archive in archives)
        {
            await File.WriteAllBytesAsync(Path.Combine(sources.Scratch, "evil"), archive, Cancellation);

            Assert.Contains("no path inside a folder", await sources.RefusalAsync($"file://{sources.Scratch}/evil"), StringComparison.Ordinal);
        }
        Assert.Empty(Directory.EnumerateFiles(Path.GetDirectoryName(sources.Cache)!, "outside", SearchOption.AllDirectories));
        Assert.False(File.Exists("/outside"));
    }

    [Fact]
    public async Task Fetch_ArchiveHoldsLinks_IsRefused()
    {
        using var sources = new TestSources();
        byte[][] archives =
        [
            Archives.Tar(tar => tar.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "models") { LinkName = "/etc" })),
            Archives.Tar(tar => tar.WriteEntry(new PaxTarEntry(TarEntryType.HardLink, "passwd") { LinkName = "/etc/passwd" })),
            Archives.Tar(tar => tar.WriteEntry(new PaxTarEntry(TarEntryType.CharacterDevice, "zero") { DeviceMajor = 1, DeviceMinor = 5 })),
            Archives.ZipLink("models", "/etc"),
        ];
        foreach (var archive in archives)
        {
            await File.WriteAllBytesAsync(Path.Combine(sources.Scratch, "links"), archive, Cancellation);

            var refusal = await sources.RefusalAsync($"file://{sources.Scratch}/links");

            Assert.True(refusal.Contains("is a link or a device", StringComparison.Ordinal) || refusal.Contains("no path inside", StringComparison.Ordinal), refusal);
        }
    }

    [Fact]
    public async Task Fetch_ArchiveIsDamaged_SaysSo()
    {
        using var sources = new TestSources();
        var whole = Archives.Gzip(Archives.Tar(("model.onnx", new string('x', 100_000))));
        var zip = Archives.Zip(("model.onnx", new string('x', 100_000)));
        byte[][] archives = [whole[..(whole.Length / 2)], [0x1F, 0x8B, .. Encoding.ASCII.GetBytes("no gzip at all")], zip[..(zip.Length / 2)]];
        foreach (var archive in archives)
        {
            await File.WriteAllBytesAsync(Path.Combine(sources.Scratch, "damaged"), archive, Cancellation);

            Assert.Contains("is a damaged archive", await sources.RefusalAsync($"file://{sources.Scratch}/damaged"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Fetch_ArchiveGrowsBeyondTheLimits_IsRefused()
    {
        using var sources = new TestSources(options => options with { MaxBytes = 100_000, MaxFiles = 10 });
        var bomb = Archives.Gzip(Archives.Tar(("model.onnx", new string('0', 1_000_000))));
        var crowd = Archives.Gzip(Archives.Tar([.. Enumerable.Range(0, 11).Select(i => ($"{i}", ""))]));
        await File.WriteAllBytesAsync(Path.Combine(sources.Scratch, "bomb"), bomb, Cancellation);
        await File.WriteAllBytesAsync(Path.Combine(sources.Scratch, "crowd"), crowd, Cancellation);

        Assert.Contains("unpacks to more than", await sources.RefusalAsync($"file://{sources.Scratch}/bomb"), StringComparison.Ordinal);
        Assert.Contains("more than 10 files", await sources.RefusalAsync($"file://{sources.Scratch}/crowd"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_AfterARefusal_BringsTheCorrectedArchive()
    {
        using var sources = new TestSources();
        var path = Path.Combine(sources.Scratch, "model.tar");
        await File.WriteAllBytesAsync(path, Archives.Tar(("first.onnx", "1"), ("../evil", "2")), Cancellation);
        await sources.RefusalAsync($"file://{path}");
        await File.WriteAllBytesAsync(path, Archives.Tar(("second.onnx", "3"), ("note.txt", "4")), Cancellation);

        var folder = await sources.FetchAsync($"file://{path}");

        Assert.Equal(["model.onnx", "note.txt"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
    }
}

using System.Formats.Tar;
using System.Runtime.Versioning;
using Microsoft.Extensions.Logging.Abstractions;
using Scalelab.Cluster.Node.Images;
using static Scalelab.Cluster.Tests.Node.Images.TestImage;

namespace Scalelab.Cluster.Tests.Node.Images;

public sealed class LayerUnpackerTests : IDisposable
{
    private readonly TempFolder _temp = new();

    private string Root => _temp.Path + "/root";

    private string Outside => _temp.Path + "/outside";

    public LayerUnpackerTests()
    {
        Directory.CreateDirectory(Root);
        Directory.CreateDirectory(Outside);
        System.IO.File.WriteAllText(Outside + "/kept", "kept");
    }

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Apply_FileOfUpperLayer_ReplacesLowerOne()
    {
        await ApplyAsync([File("app/a", "old"), File("app/b", "b")], [File("app/a", "new")]);

        Assert.Equal("new", Read("app/a"));
        Assert.Equal("b", Read("app/b"));
    }

    [Fact]
    public async Task Apply_Whiteout_HidesFileOfLowerLayer()
    {
        await ApplyAsync([File("app/a", "a"), File("app/b", "b")], [File("app/.wh.a")]);

        Assert.Equal(["b"], Names("app"));
    }

    [Fact]
    public async Task Apply_OpaqueWhiteoutAfterNewFiles_HidesOnlyLowerLayer()
    {
        await ApplyAsync([File("app/old"), File("app/sub/old")], [File("app/sub/new"), File("app/.wh..wh..opq")]);

        Assert.Equal(["sub"], Names("app"));
        Assert.Equal(["new"], Names("app/sub"));
    }

    [Theory]
    [InlineData("../outside/evil")]
    [InlineData("app/../../outside/evil")]
    [InlineData("/../outside/evil")]
    [InlineData("../.wh.outside")]
    public async Task Apply_NameThatLeadsOut_IsRefused(string name)
    {
        await Assert.ThrowsAsync<InvalidDataException>(() => ApplyAsync([File(name, "evil")]));

        AssertOutsideIsUntouched();
    }

    [Fact]
    public async Task Apply_AbsoluteName_StaysInside()
    {
        await ApplyAsync([File(Outside + "/evil", "tame")]);

        Assert.Equal("tame", Read(Outside + "/evil"));
        AssertOutsideIsUntouched();
    }

    [Fact]
    public async Task Apply_FileBelowAbsoluteLink_StaysInside()
    {
        await ApplyAsync([Link("app", Outside), File("app/evil", "tame")]);

        AssertOutsideIsUntouched();
        Assert.Equal("tame", Read(Outside + "/evil"));
    }

    [Fact]
    public async Task Apply_FileBelowRelativeLinkThatLeadsOut_StaysInside()
    {
        await ApplyAsync([Folder("app"), Link("app/up", "../../outside"), File("app/up/evil", "tame")]);

        AssertOutsideIsUntouched();
        Assert.Equal("tame", Read("outside/evil"));
    }

    [Fact]
    public async Task Apply_ChainOfLinksThatLeadsOut_StaysInside()
    {
        await ApplyAsync([Folder("d"), Link("d/self", "."), Link("d/out", "self/../../outside"), File("d/out/evil", "tame")]);

        AssertOutsideIsUntouched();
    }

    [Fact]
    public async Task Apply_WhiteoutThroughLink_RemovesNothingOutside()
    {
        await ApplyAsync([Link("app", "../outside")], [File("app/.wh.kept"), File("app/.wh..wh..opq")]);

        AssertOutsideIsUntouched();
    }

    [Fact]
    public async Task Apply_FileOverLink_ReplacesTheLinkAndNotItsTarget()
    {
        await ApplyAsync([Link("link", Outside + "/kept")], [File("link", "mine")]);

        Assert.Equal("mine", Read("link"));
        AssertOutsideIsUntouched();
    }

    [Fact]
    public async Task Apply_AbsoluteLink_MeansTheSameInsideTheFolder()
    {
        await ApplyAsync([Folder("usr"), Folder("usr/lib"), File("usr/lib/x", "x"), Folder("bin"), Link("bin/x", "/usr/lib/x")]);

        Assert.Equal("../usr/lib/x", new FileInfo(Root + "/bin/x").LinkTarget);
        Assert.Equal("x", Read("bin/x"));
    }

    [Theory]
    [InlineData("../outside/kept")]
    [InlineData("/../../outside/kept")]
    public async Task Apply_HardLinkThatLeadsOut_IsRefused(string target)
    {
        await Assert.ThrowsAsync<InvalidDataException>(() => ApplyAsync([HardLink("stolen", target)]));

        Assert.False(Path.Exists(Root + "/stolen"));
    }

    [Fact]
    public async Task Apply_HardLinkThroughLink_StaysInside()
    {
        await Assert.ThrowsAsync<InvalidDataException>(() => ApplyAsync([Link("out", Outside), HardLink("stolen", "out/kept")]));
    }

    [Fact]
    public async Task Apply_HardLink_HasTheContentOfItsTarget()
    {
        await ApplyAsync([File("a", "content"), HardLink("b", "a")]);

        Assert.Equal("content", Read("b"));
    }

    [Fact]
    public async Task Apply_Device_IsLeftOut()
    {
        await ApplyAsync([new PaxTarEntry(TarEntryType.CharacterDevice, "null") { DeviceMajor = 1, DeviceMinor = 3 }, File("a")]);

        Assert.Equal(["a"], Names(""));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Apply_File_LosesWriteBitsAndSpecialBits()
    {
        await ApplyAsync([File("tool", "", (UnixFileMode)0b100_111_101_101)]);

        Assert.Equal((UnixFileMode)0b101_101_101, System.IO.File.GetUnixFileMode(Root + "/tool"));
    }

    [Fact]
    public async Task Apply_MoreBytesThanAllowed_IsRefused()
    {
        var limits = new ImageLimits { MaximumUnpackedBytes = 10 };

        await Assert.ThrowsAsync<InvalidDataException>(() => ApplyAsync(limits, [File("a", "123456"), File("b", "123456")]));
    }

    [Fact]
    public async Task Apply_MoreFilesThanAllowed_IsRefused()
    {
        var limits = new ImageLimits { MaximumEntries = 2 };

        await Assert.ThrowsAsync<InvalidDataException>(() => ApplyAsync(limits, [File("a"), File("b"), File("c")]));
    }

    [Fact]
    public async Task Apply_LoopOfLinks_IsRefused()
    {
        await Assert.ThrowsAsync<InvalidDataException>(() => ApplyAsync([Link("a", "b"), Link("b", "a"), File("a/x")]));
    }

    [Fact]
    public async Task Apply_NoTarAtAll_IsRefused()
    {
        var unpacker = new LayerUnpacker(Root, ImageLimits.Default, NullLogger.Instance);
        var junk = new byte[2048];
        Array.Fill(junk, (byte)'x');

        await Assert.ThrowsAsync<InvalidDataException>(() => unpacker.ApplyAsync(new MemoryStream(junk), TestContext.Current.CancellationToken));
    }

    private Task ApplyAsync(params TarEntry[][] layers) => ApplyAsync(ImageLimits.Default, layers);

    private async Task ApplyAsync(ImageLimits limits, params TarEntry[][] layers)
    {
        var unpacker = new LayerUnpacker(Root, limits, NullLogger.Instance);
        foreach (var entries in layers)
        {
            using var stream = new MemoryStream();
            await using (var writer = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
            {
                foreach (var entry in entries)
                {
                    await writer.WriteEntryAsync(entry, TestContext.Current.CancellationToken);
                }
            }

            stream.Position = 0;
            await unpacker.ApplyAsync(stream, TestContext.Current.CancellationToken);
        }
    }

    private string Read(string path) => System.IO.File.ReadAllText($"{Root}/{path.TrimStart('/')}");

    private IEnumerable<string> Names(string folder) => Directory.EnumerateFileSystemEntries($"{Root}/{folder}").Select(path => Path.GetFileName(path)).Order();

    private void AssertOutsideIsUntouched()
    {
        Assert.Equal(["kept"], Directory.EnumerateFileSystemEntries(Outside).Select(path => Path.GetFileName(path)));
        Assert.Equal("kept", System.IO.File.ReadAllText(Outside + "/kept"));
        Assert.Equal(["outside", "root"], Directory.EnumerateFileSystemEntries(_temp.Path).Select(path => Path.GetFileName(path)).Order());
    }
}

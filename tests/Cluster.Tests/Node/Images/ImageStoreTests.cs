using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Scalelab.Cluster.Node.Images;
using static Scalelab.Cluster.Tests.Node.Images.TestImage;

namespace Scalelab.Cluster.Tests.Node.Images;

public sealed class ImageStoreTests : IAsyncLifetime
{
    private readonly TempFolder _temp = new();
    private TestRegistry _registry = null!;
    private ImageStore _store = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _registry = await TestRegistry.StartAsync(Stop);
        _store = NewStore(ImageLimits.Default);
    }

    public async ValueTask DisposeAsync()
    {
        _store.Dispose();
        await _registry.DisposeAsync();
        _temp.Dispose();
    }

    [Fact]
    public async Task Pull_Image_IsUnpackedWithItsConfiguration()
    {
        var image = new TestImage { RunConfig = new { Entrypoint = new[] { "/app/run" }, Env = new[] { "A=1" }, WorkingDir = "/work" } }.Layer(File("app/run", "hello"));
        var digest = image.PushTo(_registry, "lab/app", "1");

        var pulled = await _store.PullAsync(Reference("lab/app:1"), Stop);

        Assert.Equal("hello", await System.IO.File.ReadAllTextAsync(pulled.RootFolder + "/app/run", Stop));
        Assert.True(Directory.Exists(pulled.RootFolder + "/work"));
        Assert.Equal(["/app/run"], pulled.Config.Entrypoint);
        Assert.Equal(["A=1"], pulled.Config.Env);
        Assert.Equal($"{_registry.Host}/lab/app@{digest}", pulled.Id);
        Assert.Equal($"{_registry.Host}/lab/app:1", pulled.Reference);
    }

    [Fact]
    public async Task Pull_SecondTime_FetchesOnlyTheManifest()
    {
        new TestImage().Layer(File("a")).PushTo(_registry, "lab/app", "1");
        await _store.PullAsync(Reference("lab/app:1"), Stop);
        _registry.Requests.Clear();

        await _store.PullAsync(Reference("lab/app:1"), Stop);

        Assert.Equal(["/v2/lab/app/manifests/1"], _registry.Requests);
    }

    [Fact]
    public async Task Find_AfterPull_FindsByTagAndByDigestInANewStoreToo()
    {
        var digest = new TestImage().Layer(File("a")).PushTo(_registry, "lab/app", "1");
        await _store.PullAsync(Reference("lab/app:1"), Stop);
        using var restarted = NewStore(ImageLimits.Default);

        Assert.NotNull(await restarted.FindAsync(Reference("lab/app:1"), Stop));
        Assert.NotNull(await restarted.FindAsync(Reference($"lab/app@{digest}"), Stop));
        Assert.Null(await restarted.FindAsync(Reference("lab/app:2"), Stop));
    }

    [Fact]
    public async Task Pull_ByManyAtOnce_FetchesOnce()
    {
        new TestImage().Layer(File("a", new string('x', 100_000))).PushTo(_registry, "lab/app", "1");

        var images = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _store.PullAsync(Reference("lab/app:1"), Stop)));

        Assert.Single(images.Select(image => image.RootFolder).Distinct());
        Assert.Equal(2, _registry.Requests.Count(path => path.Contains("/blobs/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Pull_Index_ChoosesThePlatformOfThisMachine()
    {
        var digest = new TestImage().Layer(File("right")).PushTo(_registry, "lab/app", "amd64");
        var architecture = System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.X64 ? "amd64" : "arm64";
        PushIndex(("linux", "s390x", "sha256:" + new string('0', 64)), ("linux", architecture, digest));

        var pulled = await _store.PullAsync(Reference("lab/app:multi"), Stop);

        Assert.True(System.IO.File.Exists(pulled.RootFolder + "/right"));
    }

    [Fact]
    public async Task Pull_IndexWithoutThisPlatform_SaysSo()
    {
        PushIndex(("linux", "s390x", "sha256:" + new string('0', 64)));

        var exception = await Assert.ThrowsAsync<ImageException>(() => _store.PullAsync(Reference("lab/app:multi"), Stop));

        Assert.Contains("no match for platform in manifest", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pull_UnknownTag_SaysNotFound()
    {
        var exception = await Assert.ThrowsAsync<ImageException>(() => _store.PullAsync(Reference("lab/none:1"), Stop));

        Assert.Equal(ImageException.ErrImagePull, exception.Reason);
        Assert.Equal(
            $"failed to pull and unpack image \"{_registry.Host}/lab/none:1\": failed to resolve image: {_registry.Host}/lab/none:1: not found", exception.Message);
    }

    [Fact]
    public async Task Pull_RegistryThatIsNotThere_SaysSo()
    {
        Assert.True(ImageReference.TryParse("127.0.0.1:1/lab/app:1", out var reference));

        var exception = await Assert.ThrowsAsync<ImageException>(() => _store.PullAsync(reference, Stop));

        Assert.Contains("Connection refused", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/blobs/")]
    [InlineData("/manifests/sha256")]
    public async Task Pull_ContentOfAnotherDigest_IsRefusedAndNothingIsKept(string where)
    {
        var digest = new TestImage().Layer(File("a", "content")).PushTo(_registry, "lab/app", "1");
        _registry.Spoil(path => path.Contains(where, StringComparison.Ordinal), content => [.. content[..^1], (byte)(content[^1] ^ 1)]);

        var exception = await Assert.ThrowsAsync<ImageException>(() => _store.PullAsync(Reference($"lab/app@{digest}"), Stop));

        Assert.Contains("digest", exception.Message, StringComparison.Ordinal);
        AssertNothingIsKept();
    }

    [Fact]
    public async Task Pull_TruncatedLayer_IsRefused()
    {
        new TestImage().Layer(File("a", "content")).PushTo(_registry, "lab/app", "1");
        _registry.Spoil(path => path.Contains("/blobs/", StringComparison.Ordinal), content => content[..^5]);

        await Assert.ThrowsAsync<ImageException>(() => _store.PullAsync(Reference("lab/app:1"), Stop));

        AssertNothingIsKept();
    }

    [Fact]
    public async Task Pull_WrongDiffId_IsRefused()
    {
        new TestImage { ChangeDiffId = _ => "sha256:" + new string('0', 64) }.Layer(File("a")).PushTo(_registry, "lab/app", "1");

        var exception = await Assert.ThrowsAsync<ImageException>(() => _store.PullAsync(Reference("lab/app:1"), Stop));

        Assert.Contains("wrong diff id", exception.Message, StringComparison.Ordinal);
        Assert.Null(await _store.FindAsync(Reference("lab/app:1"), Stop));
    }

    [Fact]
    public async Task Pull_LayerThatLeadsOut_IsRefusedInTheImagesWords()
    {
        new TestImage().Layer(File("../evil")).PushTo(_registry, "lab/app", "1");

        var exception = await Assert.ThrowsAsync<ImageException>(() => _store.PullAsync(Reference("lab/app:1"), Stop));

        Assert.Contains("leads out of the image", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pull_ManifestThatIsNoJson_IsRefused()
    {
        _registry.AddManifest("lab/app", "1", "not json"u8.ToArray(), "application/vnd.oci.image.manifest.v1+json");

        var exception = await Assert.ThrowsAsync<ImageException>(() => _store.PullAsync(Reference("lab/app:1"), Stop));

        Assert.Contains("not valid JSON", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pull_DecompressionBomb_IsRefused()
    {
        new TestImage().Layer(File("zeros", new string('0', 1_000_000))).PushTo(_registry, "lab/app", "1");
        using var careful = NewStore(new ImageLimits { MaximumUnpackedBytes = 10_000 });

        var exception = await Assert.ThrowsAsync<ImageException>(() => careful.PullAsync(Reference("lab/app:1"), Stop));

        Assert.Contains("unpacks to more than", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pull_ManifestLargerThanAllowed_IsRefused()
    {
        new TestImage().Layer(File("a")).PushTo(_registry, "lab/app", "1");
        using var careful = NewStore(new ImageLimits { MaximumDocumentBytes = 100 });

        await Assert.ThrowsAsync<ImageException>(() => careful.PullAsync(Reference("lab/app:1"), Stop));
    }

    private ImageStore NewStore(ImageLimits limits) => new(_temp.Path, limits, TimeProvider.System, NullLogger.Instance);

    private ImageReference Reference(string name) => ImageReference.TryParse($"{_registry.Host}/{name}", out var reference) ? reference : throw new ArgumentException(name);

    private void PushIndex(params (string System, string Architecture, string Digest)[] manifests) => _registry.AddManifest(
        "lab/app",
        "multi",
        JsonSerializer.SerializeToUtf8Bytes(new
        {
            schemaVersion = 2,
            manifests = manifests.Select(one => new { digest = one.Digest, size = 1, platform = new { os = one.System, architecture = one.Architecture } }).ToArray(),
        }),
        "application/vnd.oci.image.index.v1+json");

    private void AssertNothingIsKept()
    {
        Assert.Empty(Directory.EnumerateFileSystemEntries(_temp.Path + "/partial"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_temp.Path + "/unpacked"));
    }
}

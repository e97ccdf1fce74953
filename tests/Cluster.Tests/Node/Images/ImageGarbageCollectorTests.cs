using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Scalelab.Cluster.Node.Images;
using static Scalelab.Cluster.Tests.Node.Images.TestImage;

namespace Scalelab.Cluster.Tests.Node.Images;

public sealed class ImageGarbageCollectorTests : IAsyncLifetime
{
    private static readonly TestImage Shared = new TestImage().Layer(File("shared"));

    private readonly TempFolder _temp = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private TestRegistry _registry = null!;
    private ImageStore _store = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _registry = await TestRegistry.StartAsync(Stop);
        _store = new ImageStore(_temp.Path + "/images", ImageLimits.Default, _time, NullLogger<ImageStore>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        _store.Dispose();
        await _registry.DisposeAsync();
        _temp.Dispose();
    }

    [Fact]
    public async Task Collect_FullDisk_RemovesTheImageUsedLongestAgoUntilThereIsRoom()
    {
        var (first, second, third) = (await PullAsync("first"), await PullAsync("second"), await PullAsync("third"));
        _time.Advance(TimeSpan.FromMinutes(3));

        Assert.Null(await Collector(disk: () => 70 + (8 * _store.List().Count)).CollectAsync(Stop));

        Assert.Equal([third], _store.List().Select(image => image.Digest));
        Assert.Null(await _store.FindAsync(Reference("first"), Stop));
        Assert.Null(await _store.FindAsync(Reference("second"), Stop));
        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task Collect_DiskWithRoom_RemovesNothing()
    {
        await PullAsync("first");
        _time.Advance(TimeSpan.FromDays(30));

        Assert.Null(await Collector(disk: () => 84).CollectAsync(Stop));

        Assert.Single(_store.List());
    }

    [Fact]
    public async Task Collect_ImagesOfPodsAndFreshOnes_StayAndTheFullDiskIsReported()
    {
        _used.Add(await PullAsync("used"));
        _time.Advance(TimeSpan.FromMinutes(3));
        await PullAsync("fresh");

        var problem = await Collector(disk: () => 95).CollectAsync(Stop);

        Assert.StartsWith("The disk that holds the images is 95 % full", problem, StringComparison.Ordinal);
        Assert.Equal(2, _store.List().Count);
    }

    [Fact]
    public async Task Collect_MaximumAge_RemovesWhatIsOlder()
    {
        await PullAsync("old");
        _time.Advance(TimeSpan.FromDays(8));
        var young = await PullAsync("young");

        await Collector(disk: () => 10, new ImageGcOptions { MaximumAge = TimeSpan.FromDays(7) }).CollectAsync(Stop);

        Assert.Equal([young], _store.List().Select(image => image.Digest));
    }

    [Fact]
    public async Task Remove_LayerOfTwoImages_StaysWithTheOther()
    {
        var first = await PullAsync("first", Shared);
        Shared.RunConfig = new { WorkingDir = "/other" };
        var second = await PullAsync("second", Shared);
        Assert.NotEqual(first, second);
        var blobs = Directory.EnumerateFiles(_temp.Path + "/images/blobs").Count();

        await _store.RemoveAsync(first, Stop);

        // The manifest and the configuration go, the layer stays.
        Assert.Equal(blobs - 2, Directory.EnumerateFiles(_temp.Path + "/images/blobs").Count());
        Assert.NotNull(await _store.FindAsync(Reference("second"), Stop));
    }

    private ImageGarbageCollector Collector(Func<double> disk, ImageGcOptions? options = null) =>
        new(_store, () => _used, disk, options ?? new ImageGcOptions(), _time, NullLogger.Instance);

    private async Task<string> PullAsync(string name, TestImage? image = null)
    {
        var digest = (image ?? new TestImage().Layer(File(name, name))).PushTo(_registry, "lab/" + name, "1");
        await _store.PullAsync(Reference(name), Stop);
        _time.Advance(TimeSpan.FromSeconds(1));
        return digest;
    }

    private ImageReference Reference(string name) =>
        ImageReference.TryParse($"{_registry.Host}/lab/{name}:1", out var reference) ? reference : throw new InvalidOperationException(name);
}

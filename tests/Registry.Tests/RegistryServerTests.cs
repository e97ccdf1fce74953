using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;

namespace Scalelab.Registry.Tests;

public sealed class RegistryServerTests
{
    [Fact]
    public async Task Start_WhenThePortIsTaken_NamesThePort()
    {
        await using var first = await TestRegistry.StartAsync();
        var taken = IPEndPoint.Parse(first.Host);

        var error = await Assert.ThrowsAsync<RegistryPortInUseException>(() => TestRegistry.StartAsync(options => options with { Endpoint = taken }));

        Assert.Equal(taken, error.Endpoint);
        Assert.Contains(first.Host, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OnAnAddressOthersCanReach_IsRefused()
    {
        var options = new RegistryOptions { Folder = "/nonexistent", Endpoint = new IPEndPoint(IPAddress.Any, 0) };
        await using var server = new RegistryServer(options, TimeProvider.System, NullLoggerFactory.Instance);

        await Assert.ThrowsAsync<ArgumentException>(() => server.StartAsync(TestRegistry.Cancellation));
    }

    [Fact]
    public async Task Start_OnTheFolderOfAnEarlierServer_ServesWhatItStored()
    {
        using var folder = new TemporaryFolder();
        string digest;
        await using (var earlier = await TestRegistry.StartAsync(folder: folder.Path))
        {
            (digest, _) = await earlier.PushImageAsync("a", "v1");
        }

        await using var registry = await TestRegistry.StartAsync(folder: folder.Path);

        var response = await registry.SendAsync(HttpMethod.Head, "/v2/a/manifests/v1");
        Assert.Equal(digest, response.Headers.GetValues("Docker-Content-Digest").Single());
    }

    [Fact]
    public async Task Start_AfterTheLastReferenceWasDeleted_GivesTheSpaceBack()
    {
        using var folder = new TemporaryFolder();
        var content = Encoding.UTF8.GetBytes("no longer wanted");
        await using (var earlier = await TestRegistry.StartAsync(folder: folder.Path))
        {
            await earlier.SendAsync(HttpMethod.Delete, $"/v2/a/blobs/{await earlier.PushBlobAsync("a", content)}");
            await earlier.StartUploadAsync("a");
        }

        await using var registry = await TestRegistry.StartAsync(folder: folder.Path);

        var files = Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).Select(Path.GetFileName);
        Assert.DoesNotContain(TestRegistry.DigestOf(content)["sha256:".Length..], files);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(folder.Path, "uploads")));
    }

    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = TestRegistry.NewFolder();

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}

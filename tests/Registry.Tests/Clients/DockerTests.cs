using System.Formats.Tar;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Scalelab.Registry.Tests.Clients;

public sealed class DockerTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("scalelab-docker-client-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task PushAndPull_OfAnImage_BringTheSameContentBack()
    {
        await using var docker = await DockerDaemon.StartAsync();
        await using var registry = await TestRegistry.StartAsync();
        var image = $"{registry.Host}/tests/app:v1";
        var content = RandomNumberGenerator.GetBytes(3 * 1024 * 1024);
        await docker.RunAsync("import", "--change", "LABEL purpose=test", await WriteTarAsync(("data/content", content)), image);
        var id = await docker.RunAsync("image", "inspect", "--format", "{{.Id}}", image);

        await docker.RunAsync("push", "--quiet", image);
        var digest = await DigestAsync(registry, "/v2/tests/app/manifests/v1");
        await docker.RunAsync("rmi", "--force", id);
        await docker.RunAsync("pull", "--quiet", $"{registry.Host}/tests/app@{digest}");
        var pulled = await docker.RunAsync("image", "inspect", "--format", "{{.Id}} {{index .RepoDigests 0}} {{.Config.Labels.purpose}}", $"{registry.Host}/tests/app@{digest}");

        Assert.Equal($"{id} {registry.Host}/tests/app@{digest} test", pulled);
        Assert.Equal(content, await ReadAsync(docker, $"{registry.Host}/tests/app@{digest}", "data/content"));
    }

    [Fact]
    public async Task BuildAndPush_OnTheEmptyImage_AddsOneLayerToIt()
    {
        await using var docker = await DockerDaemon.StartAsync();
        await using var registry = await TestRegistry.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "hello"), "hello", TestRegistry.Cancellation);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "Dockerfile"), $"FROM {registry.Host}/scalelab/empty:latest\nCOPY hello /hello\n", TestRegistry.Cancellation);
        var image = $"{registry.Host}/tests/built:v1";

        await docker.RunAsync("build", "--quiet", "--tag", image, _folder.FullName);
        await docker.RunAsync("push", "--quiet", image);
        await docker.RunAsync("rmi", "--force", image);
        await docker.RunAsync("pull", "--quiet", image);

        Assert.Equal("hello", Encoding.UTF8.GetString(await ReadAsync(docker, image, "hello")));
    }

    [Fact]
    public async Task Push_OfASecondTagOfTheSameImage_KeepsItsDigest()
    {
        await using var docker = await DockerDaemon.StartAsync();
        await using var registry = await TestRegistry.StartAsync();
        var image = $"{registry.Host}/tests/app";
        await docker.RunAsync("import", await WriteTarAsync(("file", [1, 2, 3])), $"{image}:v1");
        await docker.RunAsync("tag", $"{image}:v1", $"{image}:v2");

        await docker.RunAsync("push", "--quiet", "--all-tags", image);

        Assert.Equal(await DigestAsync(registry, "/v2/tests/app/manifests/v1"), await DigestAsync(registry, "/v2/tests/app/manifests/v2"));
    }

    private static async Task<string> DigestAsync(TestRegistry registry, string manifest)
    {
        var response = await registry.SendAsync(HttpMethod.Head, manifest, content: null, ("Accept", TestRegistry.DockerManifest));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response.Headers.GetValues("Docker-Content-Digest").Single();
    }

    private async Task<string> WriteTarAsync(params (string Name, byte[] Content)[] files)
    {
        var path = Path.Combine(_folder.FullName, "root.tar");
        await using var tar = new TarWriter(File.Create(path));
        foreach (var (name, content) in files)
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) }, TestRegistry.Cancellation);
        }

        return path;
    }

    // A file out of an image, by way of a container that never runs.
    private async Task<byte[]> ReadAsync(DockerDaemon docker, string image, string file)
    {
        var container = await docker.RunAsync("create", image, "none");
        var copy = Path.Combine(_folder.FullName, "copy");
        await docker.RunAsync("cp", $"{container}:/{file}", copy);
        return await File.ReadAllBytesAsync(copy, TestRegistry.Cancellation);
    }
}

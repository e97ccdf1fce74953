using System.Text;
using System.Text.Json.Nodes;

namespace Scalelab.Registry.Tests.Clients;

public sealed class SkopeoTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("scalelab-skopeo-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("oci")]
    [InlineData("v2s2")]
    public async Task Copy_OutAndIn_KeepsTheImage(string format)
    {
        Assert.SkipUnless(Tool.HasSkopeo, "skopeo is not installed");
        await using var registry = await TestRegistry.StartAsync();
        await registry.PushImageAsync("source/app", "v1", change: WithRealConfig(registry));

        await CopyAsync($"docker://{registry.Host}/source/app:v1", $"dir:{_folder.FullName}/out", "--src-tls-verify=false", "--format", format);
        await CopyAsync($"dir:{_folder.FullName}/out", $"docker://{registry.Host}/target/app:v1", "--dest-tls-verify=false", "--format", format);
        var inspected = await Tool.RunAsync("skopeo", ["inspect", "--raw", "--tls-verify=false", $"docker://{registry.Host}/target/app:v1"]);

        var expected = format == "oci" ? TestRegistry.OciManifest : TestRegistry.DockerManifest;
        var response = await registry.SendAsync(HttpMethod.Get, "/v2/target/app/manifests/v1");
        Assert.Equal(expected, response.Content.Headers.ContentType!.ToString());
        Assert.Single(JsonNode.Parse(inspected)!["layers"]!.AsArray());
    }

    [Fact]
    public async Task Copy_BetweenRepositories_KeepsTheDigest()
    {
        Assert.SkipUnless(Tool.HasSkopeo, "skopeo is not installed");
        await using var registry = await TestRegistry.StartAsync();
        var (digest, _) = await registry.PushImageAsync("source/app", "v1", change: WithRealConfig(registry));

        await CopyAsync($"docker://{registry.Host}/source/app:v1", $"docker://{registry.Host}/target/app:v2", "--preserve-digests", "--src-tls-verify=false", "--dest-tls-verify=false");

        var response = await registry.SendAsync(HttpMethod.Head, "/v2/target/app/manifests/v2");
        Assert.Equal(digest, response.Headers.GetValues("Docker-Content-Digest").Single());
    }

    [Fact]
    public async Task Copy_AllOfTheEmptyImage_BringsEveryPlatform()
    {
        Assert.SkipUnless(Tool.HasSkopeo, "skopeo is not installed");
        await using var registry = await TestRegistry.StartAsync();

        await CopyAsync($"docker://{registry.Host}/scalelab/empty:latest", $"docker://{registry.Host}/copy/empty:latest", "--all", "--src-tls-verify=false", "--dest-tls-verify=false");
        var tags = await Tool.RunAsync("skopeo", ["list-tags", "--tls-verify=false", $"docker://{registry.Host}/copy/empty"]);

        Assert.Equal(["latest"], JsonNode.Parse(tags)!["Tags"]!.AsArray().Select(tag => (string?)tag));
        var index = await registry.Client.GetStringAsync("/v2/copy/empty/manifests/latest", TestRegistry.Cancellation);
        Assert.Equal(2, JsonNode.Parse(index)!["manifests"]!.AsArray().Count);
    }

    [Fact]
    public async Task Delete_Image_TakesItAway()
    {
        Assert.SkipUnless(Tool.HasSkopeo, "skopeo is not installed");
        await using var registry = await TestRegistry.StartAsync();
        await registry.PushImageAsync("app", "v1");

        await Tool.RunAsync("skopeo", ["delete", "--tls-verify=false", $"docker://{registry.Host}/app:v1"]);

        Assert.Equal("""{"name":"app","tags":[]}""", await registry.Client.GetStringAsync("/v2/app/tags/list", TestRegistry.Cancellation));
    }

    private static Task<string> CopyAsync(string source, string target, params string[] options) =>
        Tool.RunAsync("skopeo", ["--insecure-policy", "copy", "--quiet", .. options, source, target]);

    // skopeo reads the config when it converts formats, so it has to be a real one.
    private static Func<JsonObject, Task> WithRealConfig(TestRegistry registry) => async manifest =>
    {
        var layer = manifest["layers"]![0]!;
        var config = new JsonObject
        {
            ["architecture"] = "amd64",
            ["os"] = "linux",
            ["config"] = new JsonObject(),
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray((string)layer["digest"]!) },
            ["history"] = new JsonArray(new JsonObject { ["created_by"] = "test" }),
        };
        var bytes = Encoding.UTF8.GetBytes(config.ToJsonString());
        manifest["config"] = TestRegistry.Descriptor("application/vnd.oci.image.config.v1+json", await registry.PushBlobAsync("source/app", bytes), bytes.Length);
    };
}

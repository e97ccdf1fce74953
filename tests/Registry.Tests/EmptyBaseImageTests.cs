using System.Net;
using System.Text.Json.Nodes;

namespace Scalelab.Registry.Tests;

public sealed class EmptyBaseImageTests
{
    // What the image is addressed by in lock files and pod specs: it changes only with the image's definition.
    private const string IndexDigest = "sha256:46303f4a2a8681ae5c1a1794aaa67a5f6221a536c49bcfb8b4e3dd5e41fbd9a3";

    [Fact]
    public async Task EmptyImage_OnEveryMachine_HasTheSameDigest()
    {
        await using var registry = await TestRegistry.StartAsync();

        var response = await registry.SendAsync(HttpMethod.Head, "/v2/scalelab/empty/manifests/latest");

        Assert.Equal(IndexDigest, response.Headers.GetValues("Docker-Content-Digest").Single());
    }

    [Fact]
    public async Task EmptyImage_ForEachPlatform_HasAConfigWithoutLayers()
    {
        await using var registry = await TestRegistry.StartAsync();
        var index = await GetAsync(registry, "manifests/latest");

        foreach (var entry in index["manifests"]!.AsArray())
        {
            var manifest = await GetAsync(registry, $"manifests/{entry!["digest"]}");
            var config = await GetAsync(registry, $"blobs/{manifest["config"]!["digest"]}");
            Assert.Equal((string?)entry["platform"]!["architecture"], (string?)config["architecture"]);
            Assert.Empty(config["rootfs"]!["diff_ids"]!.AsArray());
            Assert.Empty(manifest["layers"]!.AsArray());
        }

        Assert.Equal(["amd64", "arm64"], index["manifests"]!.AsArray().Select(entry => (string?)entry!["platform"]!["architecture"]));
    }

    private static async Task<JsonNode> GetAsync(TestRegistry registry, string path)
    {
        var response = await registry.SendAsync(HttpMethod.Get, $"/v2/scalelab/empty/{path}");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(TestRegistry.Cancellation))!;
    }
}

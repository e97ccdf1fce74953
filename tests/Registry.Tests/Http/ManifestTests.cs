using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Scalelab.Registry.Tests.Http;

public sealed class ManifestTests
{
    private const string Absent = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

    [Theory]
    [InlineData("v1")]
    [InlineData(null)]
    public async Task Get_ByTagOrDigest_ReturnsTheBytesAndTheMediaType(string? tag)
    {
        await using var registry = await TestRegistry.StartAsync();
        var (digest, json) = await registry.PushImageAsync("a/b", "v1");

        var response = await registry.SendAsync(HttpMethod.Get, $"/v2/a/b/manifests/{tag ?? digest}");

        Assert.Equal(json, await response.Content.ReadAsStringAsync(TestRegistry.Cancellation));
        Assert.Equal(TestRegistry.OciManifest, response.Content.Headers.ContentType!.ToString());
        Assert.Equal(digest, response.Headers.GetValues("Docker-Content-Digest").Single());
    }

    [Fact]
    public async Task Head_Manifest_TellsDigestAndLengthWithoutABody()
    {
        await using var registry = await TestRegistry.StartAsync();
        var (digest, json) = await registry.PushImageAsync("a", "v1");

        var response = await registry.SendAsync(HttpMethod.Head, "/v2/a/manifests/v1");

        Assert.Equal((digest, (long?)json.Length), (response.Headers.GetValues("Docker-Content-Digest").Single(), response.Content.Headers.ContentLength));
    }

    [Fact]
    public async Task Get_WithTheKnownEntityTag_IsNotModified()
    {
        await using var registry = await TestRegistry.StartAsync();
        var (digest, _) = await registry.PushImageAsync("a", "v1");

        var response = await registry.SendAsync(HttpMethod.Get, "/v2/a/manifests/v1", null, ("If-None-Match", $"\"{digest}\""));

        Assert.Equal(HttpStatusCode.NotModified, response.StatusCode);
    }

    [Theory]
    [InlineData("nope")]
    [InlineData(Absent)]
    public async Task Get_UnknownManifest_IsNotFound(string reference)
    {
        await using var registry = await TestRegistry.StartAsync();
        await registry.PushImageAsync("a", "v1");

        await TestRegistry.AssertErrorAsync(await registry.SendAsync(HttpMethod.Get, $"/v2/a/manifests/{reference}"), HttpStatusCode.NotFound, "MANIFEST_UNKNOWN");
    }

    [Fact]
    public async Task Put_SameTagAgain_MovesTheTagAndKeepsTheOldManifestByDigest()
    {
        await using var registry = await TestRegistry.StartAsync();
        var (old, _) = await registry.PushImageAsync("a", "v1", "one");
        var (current, _) = await registry.PushImageAsync("a", "v1", "two");

        var tagged = await registry.SendAsync(HttpMethod.Head, "/v2/a/manifests/v1");

        Assert.NotEqual(old, current);
        Assert.Equal(current, tagged.Headers.GetValues("Docker-Content-Digest").Single());
        Assert.Equal(HttpStatusCode.OK, (await registry.SendAsync(HttpMethod.Head, $"/v2/a/manifests/{old}")).StatusCode);
    }

    [Fact]
    public async Task Put_TagsThatDifferInCase_AreTwoTags()
    {
        await using var registry = await TestRegistry.StartAsync();
        await registry.PushImageAsync("a", "Rc", "one");
        await registry.PushImageAsync("a", "rc", "two");

        var list = await registry.Client.GetStringAsync("/v2/a/tags/list", TestRegistry.Cancellation);

        Assert.Equal("""{"name":"a","tags":["Rc","rc"]}""", list);
    }

    [Fact]
    public async Task Put_ByAnotherDigest_IsRefused()
    {
        await using var registry = await TestRegistry.StartAsync();

        await TestRegistry.AssertErrorAsync(await registry.PutManifestAsync("a", Absent, "{}"), HttpStatusCode.BadRequest, "DIGEST_INVALID");
    }

    [Fact]
    public async Task Put_WhoseLayerIsNotThere_IsRefusedAndNamesIt()
    {
        await using var registry = await TestRegistry.StartAsync();
        var config = await registry.PushBlobAsync("a", Encoding.UTF8.GetBytes("{}"));
        var manifest = $$"""{"schemaVersion":2,"config":{"digest":"{{config}}"},"layers":[{"digest":"{{Absent}}"}]}""";

        var response = await registry.PutManifestAsync("a", "v1", manifest);

        await TestRegistry.AssertErrorAsync(response, HttpStatusCode.BadRequest, "MANIFEST_BLOB_UNKNOWN");
        Assert.Contains(Absent, await response.Content.ReadAsStringAsync(TestRegistry.Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Put_IndexWhoseManifestIsNotThere_IsRefused()
    {
        await using var registry = await TestRegistry.StartAsync();
        var index = $$"""{"schemaVersion":2,"manifests":[{"digest":"{{Absent}}"}]}""";

        await TestRegistry.AssertErrorAsync(await registry.PutManifestAsync("a", "v1", index, TestRegistry.OciIndex), HttpStatusCode.BadRequest, "MANIFEST_BLOB_UNKNOWN");
    }

    [Fact]
    public async Task Put_IndexOfPushedManifests_IsServedWithItsOwnType()
    {
        await using var registry = await TestRegistry.StartAsync();
        var (digest, json) = await registry.PushImageAsync("a", "amd64");
        var index = new JsonObject { ["schemaVersion"] = 2, ["manifests"] = new JsonArray(TestRegistry.Descriptor(TestRegistry.OciManifest, digest, json.Length)) };

        var put = await registry.PutManifestAsync("a", "all", index.ToJsonString(), TestRegistry.OciIndex);
        var got = await registry.SendAsync(HttpMethod.Get, "/v2/a/manifests/all");

        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.Equal(TestRegistry.OciIndex, got.Content.Headers.ContentType!.ToString());
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"schemaVersion":1,"config":{},"layers":[]}""")]
    [InlineData("""{"schemaVersion":"2","config":{},"layers":[]}""")]
    [InlineData("""{"schemaVersion":2,"layers":[]}""")]
    [InlineData("""{"schemaVersion":2,"config":{"digest":"x"},"layers":[]}""")]
    [InlineData("""{"schemaVersion":2,"config":{"digest":7},"layers":[]}""")]
    [InlineData("""{"schemaVersion":2,"config":{},"layers":{}}""")]
    [InlineData("""{"schemaVersion":2,"config":{},"layers":[],"manifests":[]}""")]
    [InlineData("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","config":{},"layers":[]}""")]
    public async Task Put_WhatIsNotAManifest_IsRefused(string json)
    {
        await using var registry = await TestRegistry.StartAsync();

        await TestRegistry.AssertErrorAsync(await registry.PutManifestAsync("a", "v1", json), HttpStatusCode.BadRequest, "MANIFEST_INVALID");
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/vnd.docker.distribution.manifest.v1+prettyjws")]
    [InlineData(null)]
    public async Task Put_WithAMediaTypeThatIsNoManifest_IsRefused(string? mediaType)
    {
        await using var registry = await TestRegistry.StartAsync();

        var response = await registry.PutManifestAsync("a", "v1", """{"schemaVersion":2,"config":{},"layers":[]}""", mediaType);

        await TestRegistry.AssertErrorAsync(response, HttpStatusCode.BadRequest, "MANIFEST_INVALID");
    }

    [Fact]
    public async Task Put_LayerThatLiesElsewhere_NeedNotBePushed()
    {
        await using var registry = await TestRegistry.StartAsync();

        var (digest, _) = await registry.PushImageAsync("a", "v1", change: manifest =>
        {
            manifest["layers"]!.AsArray().Add(new JsonObject { ["digest"] = Absent, ["urls"] = new JsonArray("https://example.com/layer") });
            return Task.CompletedTask;
        });

        Assert.StartsWith("sha256:", digest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Put_LargerThanTheLimit_IsRefused()
    {
        await using var registry = await TestRegistry.StartAsync(options => options with { MaxManifestBytes = 100 });

        await TestRegistry.AssertErrorAsync(await registry.PutManifestAsync("a", "v1", new string(' ', 101)), HttpStatusCode.RequestEntityTooLarge, "MANIFEST_INVALID");
    }

    [Fact]
    public async Task Delete_ByTag_KeepsTheManifest()
    {
        await using var registry = await TestRegistry.StartAsync();
        var (digest, _) = await registry.PushImageAsync("a", "v1");

        Assert.Equal(HttpStatusCode.Accepted, (await registry.SendAsync(HttpMethod.Delete, "/v2/a/manifests/v1")).StatusCode);

        Assert.Equal(HttpStatusCode.NotFound, (await registry.SendAsync(HttpMethod.Get, "/v2/a/manifests/v1")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await registry.SendAsync(HttpMethod.Get, $"/v2/a/manifests/{digest}")).StatusCode);
    }

    [Fact]
    public async Task Delete_ByDigest_TakesItsTagsAlong()
    {
        await using var registry = await TestRegistry.StartAsync();
        var (digest, _) = await registry.PushImageAsync("a", "v1");
        await registry.PushImageAsync("a", "latest");
        await registry.PushImageAsync("a", "other", "other");

        Assert.Equal(HttpStatusCode.Accepted, (await registry.SendAsync(HttpMethod.Delete, $"/v2/a/manifests/{digest}")).StatusCode);

        Assert.Equal("""{"name":"a","tags":["other"]}""", await registry.Client.GetStringAsync("/v2/a/tags/list", TestRegistry.Cancellation));
    }

    [Fact]
    public async Task Referrers_OfASubject_ListsWhatNamesItAndFiltersByType()
    {
        await using var registry = await TestRegistry.StartAsync();
        var (subject, json) = await registry.PushImageAsync("a", "v1");
        var (signature, _) = await registry.PushImageAsync("a", "sig", "signature", Refer("application/vnd.example.signature"));
        await registry.PushImageAsync("a", "sbom", "bill of materials", Refer("application/vnd.example.sbom"));

        var all = await registry.SendAsync(HttpMethod.Get, $"/v2/a/referrers/{subject}");
        var some = await registry.SendAsync(HttpMethod.Get, $"/v2/a/referrers/{subject}?artifactType=application/vnd.example.signature");

        Assert.Equal(2, (await ManifestsAsync(all)).Count);
        var only = Assert.Single(await ManifestsAsync(some))!;
        Assert.Equal((signature, "application/vnd.example.signature"), ((string?)only["digest"], (string?)only["artifactType"]));
        Assert.Equal("artifactType", some.Headers.GetValues("OCI-Filters-Applied").Single());

        Func<JsonObject, Task> Refer(string type) => manifest =>
        {
            manifest["artifactType"] = type;
            manifest["subject"] = TestRegistry.Descriptor(TestRegistry.OciManifest, subject, json.Length);
            return Task.CompletedTask;
        };
    }

    [Fact]
    public async Task Referrers_OfAnUnknownSubject_IsAnEmptyIndex()
    {
        await using var registry = await TestRegistry.StartAsync();

        var response = await registry.SendAsync(HttpMethod.Get, $"/v2/a/referrers/{Absent}");

        Assert.Equal(TestRegistry.OciIndex, response.Content.Headers.ContentType!.ToString());
        Assert.Empty(await ManifestsAsync(response));
    }

    private static async Task<JsonArray> ManifestsAsync(HttpResponseMessage response) =>
        JsonNode.Parse(await response.Content.ReadAsStringAsync(TestRegistry.Cancellation))!["manifests"]!.AsArray();
}

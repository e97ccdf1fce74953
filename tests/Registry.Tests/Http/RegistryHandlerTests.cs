using System.Net;

namespace Scalelab.Registry.Tests.Http;

public sealed class RegistryHandlerTests
{
    [Fact]
    public async Task Get_VersionCheck_NamesTheApi()
    {
        await using var registry = await TestRegistry.StartAsync();

        var response = await registry.SendAsync(HttpMethod.Get, "/v2/");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("registry/2.0", response.Headers.GetValues("Docker-Distribution-API-Version").Single());
    }

    [Theory]
    [InlineData("/v2/Upper/manifests/v1", HttpStatusCode.BadRequest, "NAME_INVALID")]
    [InlineData("/v2/a//b/manifests/v1", HttpStatusCode.BadRequest, "NAME_INVALID")]
    [InlineData("/v2/_tags/manifests/v1", HttpStatusCode.BadRequest, "NAME_INVALID")]
    [InlineData("/v2/a%5C..%5Cb/manifests/v1", HttpStatusCode.BadRequest, "NAME_INVALID")]
    [InlineData("/v2/..%2F..%2Fetc/manifests/v1", HttpStatusCode.BadRequest, "NAME_INVALID")]
    [InlineData("/v2/manifests/v1", HttpStatusCode.BadRequest, "NAME_INVALID")]
    [InlineData("/v2/a/manifests/.hidden", HttpStatusCode.BadRequest, "TAG_INVALID")]
    [InlineData("/v2/a/manifests/..%2F..%2Fpasswd", HttpStatusCode.BadRequest, "TAG_INVALID")]
    [InlineData("/v2/a/blobs/sha256:..%2F..%2Fpasswd", HttpStatusCode.BadRequest, "DIGEST_INVALID")]
    [InlineData("/v2/a/blobs/uploads/..%2Fpasswd", HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN")]
    [InlineData("/v2/a/nothing", HttpStatusCode.NotFound, "UNSUPPORTED")]
    [InlineData("/", HttpStatusCode.NotFound, "UNSUPPORTED")]
    public async Task Get_WhatTheApiDoesNotHave_IsRefusedWithItsCode(string path, HttpStatusCode status, string code)
    {
        await using var registry = await TestRegistry.StartAsync();

        await TestRegistry.AssertErrorAsync(await registry.SendAsync(HttpMethod.Get, path), status, code);
    }

    [Fact]
    public async Task Get_NameOfMoreThan255Characters_IsRefused()
    {
        await using var registry = await TestRegistry.StartAsync();

        await TestRegistry.AssertErrorAsync(await registry.SendAsync(HttpMethod.Get, $"/v2/{new string('a', 256)}/tags/list"), HttpStatusCode.BadRequest, "NAME_INVALID");
    }

    [Fact]
    public async Task Post_ToAManifest_IsUnsupported()
    {
        await using var registry = await TestRegistry.StartAsync();

        await TestRegistry.AssertErrorAsync(await registry.SendAsync(HttpMethod.Post, "/v2/a/manifests/v1"), HttpStatusCode.MethodNotAllowed, "UNSUPPORTED");
    }

    [Fact]
    public async Task Get_UnderAForeignHostName_IsDenied()
    {
        await using var registry = await TestRegistry.StartAsync();

        await TestRegistry.AssertErrorAsync(await registry.SendAsync(HttpMethod.Get, "/v2/", null, ("Host", "evil.example")), HttpStatusCode.Forbidden, "DENIED");
    }
}

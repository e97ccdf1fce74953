using Scalelab.Cluster.Node.Images;

namespace Scalelab.Cluster.Tests.Node.Images;

public sealed class ImageReferenceTests
{
    [Theory]
    [InlineData("busybox", "docker.io/library/busybox:latest")]
    [InlineData("busybox:1.35", "docker.io/library/busybox:1.35")]
    [InlineData("me/app", "docker.io/me/app:latest")]
    [InlineData("localhost/app", "localhost/app:latest")]
    [InlineData("127.0.0.1:5000/a/b-c__d:v1", "127.0.0.1:5000/a/b-c__d:v1")]
    [InlineData("example.test/none:1", "example.test/none:1")]
    [InlineData("[::1]:5000/app", "[::1]:5000/app:latest")]
    public void TryParse_ValidName_IsNormalised(string text, string normalised)
    {
        Assert.True(ImageReference.TryParse(text, out var reference));
        Assert.Equal(normalised, reference.ToString());
    }

    [Fact]
    public void TryParse_TagAndDigest_KeepsBothAndAsksByDigest()
    {
        var digest = "sha256:" + new string('a', 64);

        Assert.True(ImageReference.TryParse($"127.0.0.1:5000/app:v1@{digest}", out var reference));

        Assert.Equal(digest, reference.ManifestName);
        Assert.Equal($"127.0.0.1:5000/app:v1@{digest}", reference.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("Upper/Case")]
    [InlineData("a b")]
    [InlineData("app:")]
    [InlineData("app@sha256:short")]
    [InlineData("../up")]
    [InlineData("host.test/../up")]
    [InlineData("-x.test/app")]
    [InlineData("a//b")]
    public void TryParse_InvalidName_IsRefused(string text) => Assert.False(ImageReference.TryParse(text, out _));

    [Theory]
    [InlineData("127.0.0.1:5000/app", "http://127.0.0.1:5000/")]
    [InlineData("localhost:5000/app", "http://localhost:5000/")]
    [InlineData("127.8.9.10/app", "http://127.8.9.10/")]
    [InlineData("10.0.0.1:5000/app", "https://10.0.0.1:5000/")]
    [InlineData("ghcr.io/me/app", "https://ghcr.io/")]
    [InlineData("busybox", "https://registry-1.docker.io/")]
    public void RegistryAddress_OfLoopbackOnly_IsPlainHttp(string text, string address)
    {
        Assert.True(ImageReference.TryParse(text, out var reference));
        Assert.Equal(address, reference.RegistryAddress.ToString());
    }
}

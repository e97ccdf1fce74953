using Scalelab.Engine.Providers.Docker;

namespace Scalelab.Engine.Tests.Providers.Docker;

public sealed class ImageNameTests
{
    [Theory]
    [InlineData("node-0:5000/ml-app:0.0.1", "node-0:5000", "ml-app", "0.0.1", true)]
    [InlineData("localhost/app", "localhost", "app", null, true)]
    [InlineData("ghcr.io/my/app:v1", "ghcr.io", "my/app", "v1", true)]
    [InlineData("nginx", "docker.io", "library/nginx", null, false)]
    [InlineData("user/app:1", "docker.io", "user/app", "1", false)]
    [InlineData("docker.io/user/app:1", "docker.io", "user/app", "1", true)]
    public void Parse_Name_IsReadAsDockerReadsIt(string text, string registry, string repository, string? tag, bool isComplete)
    {
        var name = ImageName.Parse(text)!;

        Assert.Equal((registry, repository, tag, isComplete), (name.Registry, name.Repository, name.Tag, name.IsComplete));
    }

    [Theory]
    [InlineData("")]
    [InlineData("node-0:5000/App")]
    [InlineData("a b")]
    [InlineData("app:")]
    [InlineData("http://node-0/app")]
    public void Parse_WhatIsNoName_IsRefused(string text) => Assert.Null(ImageName.Parse(text));

    [Theory]
    [InlineData("https://node-0:5000/v1/", "node-0:5000")]
    [InlineData("docker.io", "https://index.docker.io/v1/")]
    [InlineData("index.docker.io", "https://index.docker.io/v1/")]
    public void ServerOf_Address_IsTheNameUnderWhichCredentialsAreKept(string address, string expected) => Assert.Equal(expected, ImageName.ServerOf(address));
}

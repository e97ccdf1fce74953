using Scalelab.ModelServer.Models.Registry;

namespace Scalelab.ModelServer.Tests.Models.Registry;

public sealed class RepositorySettingsTests
{
    [Theory]
    [InlineData("https://host", "https://host/model", true)]
    [InlineData("https://host", "https://host.evil/model", false)]
    [InlineData("https://host", "https://host@evil/model", false)]
    [InlineData("https://host/models", "https://host/models-2/a.onnx", true)]
    [InlineData("https://host/models/", "https://host/other", false)]
    [InlineData("s3://bucket", "s3://bucket-2/model", false)]
    [InlineData("s3://bucket", "s3://bucket", true)]
    [InlineData("oci://registry:5000/", "oci://registry:5000/wine:1", true)]
    [InlineData("file:///models/", "file:///models/../etc", false)]
    public void Allows_Address_FollowsItsBeginningAndNamesHostsWhole(string source, string uri, bool expected) =>
        Assert.Equal(expected, new RepositorySettings(true, [source]).Allows(uri));
}

using Scalelab.Engine.Providers;
using Scalelab.Engine.Providers.Kubernetes;

namespace Scalelab.Engine.Tests.Providers.Kubernetes;

public sealed class ManifestsTests
{
    private const string Head = "apiVersion: v1\nkind: ConfigMap\n";

    [Theory]
    [InlineData("0644", "420")]
    [InlineData("0o17", "15")]
    [InlineData("0x1F", "31")]
    [InlineData("-7", "-7")]
    [InlineData("1.5", "1.5")]
    [InlineData("1e3", "1000")]
    [InlineData("yes", "true")]
    [InlineData("Off", "false")]
    [InlineData("~", "null")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    [InlineData("100m", "\"100m\"")]
    [InlineData("\"yes\"", "\"yes\"")]
    [InlineData("'0644'", "\"0644\"")]
    [InlineData("!!str 12", "\"12\"")]
    public void Read_Scalar_IsWhatKubectlTakesItFor(string text, string json)
    {
        var item = Assert.Single(Manifests.Read($"{Head}value: {text}\n"));

        Assert.Equal(json, item["value"]?.ToJsonString() ?? "null");
    }

    [Fact]
    public void Read_SeveralDocuments_SkipsTheEmptyOnes() =>
        Assert.Equal(2, Manifests.Read($"# a comment\n---\n{Head}---\n---\n{Head}---\nkind: Nothing\n").Count);

    [Fact]
    public void Read_MergeKey_PutsWhatIsMergedBelowTheRest()
    {
        var item = Assert.Single(Manifests.Read($"{Head}base: &base {{ a: 1, b: 1 }}\nvalue: {{ b: 2, <<: *base }}\n"));

        Assert.Equal("""{"a":1,"b":2}""", item["value"]!.ToJsonString());
    }

    [Theory]
    [InlineData("a: [")]
    [InlineData("- a\n- b\n")]
    public void Read_WhatIsNoManifest_SaysSo(string text) => Assert.Contains("manifest", Assert.Throws<ProviderException>(() => Manifests.Read(text)).Message, StringComparison.Ordinal);
}

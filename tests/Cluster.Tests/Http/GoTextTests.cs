using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Http;

namespace Scalelab.Cluster.Tests.Http;

public sealed class GoTextTests
{
    [Fact]
    public void ParseObject_WithBytesThatAreNoText_PutsTheReplacementCharacter()
    {
        var value = GoJson.ParseObject((byte[])[.. "{\"a\":\"x"u8, 0xFF, .. "y\"}"u8], "ConfigMap", []);

        Assert.Equal("x\ufffdy", (string?)value["a"]);
    }

    [Fact]
    public void ParseObject_WithHalfASurrogatePair_PutsTheReplacementCharacter()
    {
        var value = GoJson.ParseObject("""{"\ud800":"a\n\udc00\ud83d\ude00"}"""u8.ToArray(), "ConfigMap", []);

        Assert.True(JsonNode.DeepEquals(new JsonObject { ["\ufffd"] = "a\n\ufffd😀" }, value), value.ToJsonString());
    }
}

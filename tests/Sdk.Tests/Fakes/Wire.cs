using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Scalelab.Sdk.Tests.Fakes;

/// <summary>Compares what was sent with the JSON it should be; the order of fields says nothing.</summary>
internal static class Wire
{
    public static void AssertJson(string expected, Struct actual)
    {
        var sent = JsonFormatter.Default.Format(actual);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(sent)), $"expected {expected}\nbut was {sent}");
    }
}

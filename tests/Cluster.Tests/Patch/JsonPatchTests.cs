using System.Text.Json.Nodes;
using k8s.Models;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Api.Patch;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Tests.Patch;

public sealed class JsonPatchTests
{
    private const string Target = """{"a":1,"list":[1,2,3],"deep":{"x/y":"z","t~":0}}""";

    [Theory]
    [InlineData("""[{"op":"add","path":"/b","value":2}]""", """{"a":1,"list":[1,2,3],"deep":{"x/y":"z","t~":0},"b":2}""")]
    [InlineData("""[{"op":"add","path":"/list/1","value":9}]""", """{"a":1,"list":[1,9,2,3],"deep":{"x/y":"z","t~":0}}""")]
    [InlineData("""[{"op":"add","path":"/list/-","value":9}]""", """{"a":1,"list":[1,2,3,9],"deep":{"x/y":"z","t~":0}}""")]
    [InlineData("""[{"op":"remove","path":"/list/-1"}]""", """{"a":1,"list":[1,2],"deep":{"x/y":"z","t~":0}}""")]
    [InlineData("""[{"op":"replace","path":"/deep/x~1y","value":null}]""", """{"a":1,"list":[1,2,3],"deep":{"x/y":null,"t~":0}}""")]
    [InlineData("""[{"op":"replace","path":"/none","value":1}]""", """{"a":1,"list":[1,2,3],"deep":{"x/y":"z","t~":0},"none":1}""")]
    [InlineData("""[{"op":"test","path":"/deep/t~0","value":0},{"op":"remove","path":"/deep"}]""", """{"a":1,"list":[1,2,3]}""")]
    [InlineData("""[{"op":"copy","from":"/a","path":"/list/0"}]""", """{"a":1,"list":[1,1,2,3],"deep":{"x/y":"z","t~":0}}""")]
    [InlineData("""[{"op":"move","from":"/list/0","path":"/list/2"}]""", """{"a":1,"list":[2,3,1],"deep":{"x/y":"z","t~":0}}""")]
    [InlineData("""[{"op":"replace","path":"","value":{}}]""", "{}")]
    [InlineData("[]", Target)]
    public void Apply_OfFittingOperations_GivesThePatchedDocument(string operations, string result) =>
        Json.Equal(JsonNode.Parse(result), JsonPatch.Apply(JsonNode.Parse(Target)!, JsonNode.Parse(operations)!.AsArray()));

    [Theory]
    [InlineData("""[{"op":"test","path":"/a","value":2}]""")]
    [InlineData("""[{"op":"test","path":"/none","value":2}]""")]
    [InlineData("""[{"op":"remove","path":"/none"}]""")]
    [InlineData("""[{"op":"remove","path":""}]""")]
    [InlineData("""[{"op":"add","path":"/list/9","value":1}]""")]
    [InlineData("""[{"op":"add","path":"/list/x","value":1}]""")]
    [InlineData("""[{"op":"replace","path":"/list/3","value":1}]""")]
    [InlineData("""[{"op":"add","path":"/none/deeper","value":1}]""")]
    [InlineData("""[{"op":"add","path":"/a/deeper","value":1}]""")]
    [InlineData("""[{"op":"add","path":"a","value":1}]""")]
    [InlineData("""[{"op":"move","from":"/none","path":"/x"}]""")]
    [InlineData("""[{"op":"frob","path":"/a"}]""")]
    [InlineData("""[{"path":"/a"}]""")]
    [InlineData("""[{"op":"add","value":1}]""")]
    [InlineData("""[{"op":1,"path":"/a"}]""")]
    [InlineData("""[1]""")]
    public void Apply_OfAnythingElse_IsRejectedAsUnprocessable(string operations)
    {
        var error = Assert.Throws<ApiException>(() => JsonPatch.Apply(JsonNode.Parse(Target)!, JsonNode.Parse(operations)!.AsArray()));
        Assert.Equal((422, "Invalid"), (error.Code, error.Reason));
    }

    [Fact]
    public void Apply_OfRecordedPatches_GivesWhatWasRecordedWithItsFieldOwners()
    {
        var schema = ModelSchemas.Of<V1ConfigMap>();
        JsonObject? live = null;
        foreach (var exchange in Recordings.Read("31-json-patch").Where(exchange => exchange.Path.EndsWith("/configmaps/a", StringComparison.Ordinal) || exchange.Id == "create"))
        {
            if (exchange is { Method: "PATCH", Status: 200 })
            {
                var patched = ObjectDecoder.Decode(JsonPatch.Apply(live!, exchange.Body!.AsArray()).AsObject(), schema);
                ManagedFields.Track(live, patched, "vectors", "v1", schema, DateTimeOffset.UnixEpoch, null);
                Json.Equal(Recordings.Without(exchange.Response, exchange.Masks), Recordings.Without(patched, exchange.Masks), exchange.Id);
            }

            live = exchange.Status < 300 ? exchange.Response!.AsObject() : live;
        }
    }
}

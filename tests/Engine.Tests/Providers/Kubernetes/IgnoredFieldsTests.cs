using System.Text.Json.Nodes;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Providers.Kubernetes;

namespace Scalelab.Engine.Tests.Providers.Kubernetes;

public sealed class IgnoredFieldsTests
{
    private const string Wanted = """{"spec":{"replicas":1,"paused":false}}""";

    [Theory]
    [InlineData("us", """{"spec":{"replicas":4,"paused":false}}""")]
    [InlineData("autoscaler", """{"spec":{"paused":false}}""")]
    public void Yield_OfIgnoredField_SendsItOnlyWhereItIsOurs(string owner, string expected)
    {
        var live = $$$"""{"metadata":{"managedFields":[{"manager":"{{{owner}}}","operation":"Apply","fieldsV1":{"f:spec":{"f:replicas":{} } } }]},"spec":{"replicas":4} }""";

        var body = IgnoredFields.Yield(Parse(Wanted), Parse(live), [PropertyPath.Parse("spec.replicas")], "us");

        Assert.True(JsonNode.DeepEquals(Parse(expected), body), body.ToJsonString());
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}

using k8s.Models;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Tests.Schema;

public sealed class ObjectDecoderTests
{
    [Fact]
    public void WithoutEmpty_OfAListThatWasGivenEmpty_TakesItForNone()
    {
        var slice = ObjectDecoder.Decode(Json.Object("""{"endpoints":[],"ports":[]}"""), ModelSchemas.Of<V1EndpointSlice>());
        ObjectDecoder.WithoutEmpty(slice, ModelSchemas.Of<V1EndpointSlice>());
        Assert.True(slice is { Count: > 0 } && slice["endpoints"] is null && slice["ports"] is null && slice.ContainsKey("endpoints"));
    }

    [Theory]
    [InlineData("""{"data":{}}""", """{"metadata":{}}""")]
    [InlineData("""{"immutable":false,"data":{"a":null}}""", """{"metadata":{},"immutable":false,"data":{"a":""}}""")]
    [InlineData("""{"metadata":{"name":"","labels":{},"finalizers":[]}}""", """{"metadata":{}}""")]
    [InlineData("""{"metadata":null}""", """{"metadata":{}}""")]
    [InlineData("""{"metadata":{"creationTimestamp":"2026-01-02T03:04:05.6+01:00"}}""", """{"metadata":{"creationTimestamp":"2026-01-02T02:04:05Z"}}""")]
    public void Decode_OfConfigMap_WritesZeroValuesAsTheServerDoes(string given, string expected) =>
        Json.Equal(Json.Object(expected), ObjectDecoder.Decode(Json.Object(given), ModelSchemas.Of<V1ConfigMap>()));

    [Theory]
    [InlineData(typeof(V1EndpointSlice), """{"endpoints":[]}""", """{"metadata":{},"addressType":"","endpoints":[],"ports":null}""")]
    [InlineData(typeof(V1PodDisruptionBudget), """{}""", """{"metadata":{},"spec":{},"status":{"disruptionsAllowed":0,"currentHealthy":0,"desiredHealthy":0,"expectedPods":0}}""")]
    [InlineData(typeof(V1ContainerState), """{"running":{},"terminated":{"exitCode":0}}""", """{"running":{"startedAt":null},"terminated":{"exitCode":0,"startedAt":null,"finishedAt":null}}""")]
    [InlineData(typeof(V1Container), """{"name":"a","resources":{"requests":{"cpu":0.5,"memory":"1024Mi"}},"stdin":false}""", """{"name":"a","resources":{"requests":{"cpu":"500m","memory":"1Gi"}}}""")]
    [InlineData(typeof(V1DeploymentSpec), """{"replicas":0,"paused":false}""", """{"replicas":0,"selector":null,"template":{"metadata":{},"spec":{"containers":null}},"strategy":{}}""")]
    [InlineData(typeof(V1LeaseSpec), """{"renewTime":"2026-01-02T04:04:05.500000+01:00"}""", """{"renewTime":"2026-01-02T03:04:05.500000Z"}""")]
    public void Decode_OfStructs_WritesWhatIsNeverAbsent(Type model, string given, string expected)
    {
        var once = ObjectDecoder.Decode(Json.Object(given), ModelSchemas.Of(model));
        Json.Equal(Json.Object(expected), once);
        Json.Equal(once, ObjectDecoder.Decode(once, ModelSchemas.Of(model)));
    }

    [Fact]
    public void Decode_OfBytesOneByOne_TakesThemAsGoDoes()
    {
        Json.Equal(Json.Object("""{"metadata":{},"data":{"a":"AAH/"}}"""), ObjectDecoder.Decode(Json.Object("""{"data":{"a":[null,1,255]}}"""), ModelSchemas.Of<V1Secret>()));
        var wrong = Assert.Throws<DecodeException>(() => ObjectDecoder.Decode(Json.Object("""{"data":{"a":[256]}}"""), ModelSchemas.Of<V1Secret>()));
        Assert.EndsWith(" of type uint8", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_OfUnknownFields_NamesThemInOrderAndDropsThem()
    {
        var unknown = new List<string>();
        var given = Json.Object("""{"spec":{"template":{"spec":{"containers":[{"name":"m","imagePullPolicyy":"x","ports":[{"containerPort":80,"foo":1}]}]}},"replica":3},"Metadata":{}}""");
        var decoded = ObjectDecoder.Decode(given, ModelSchemas.Of<V1Deployment>(), unknown);
        Assert.Equal(
            [
                "unknown field \"spec.template.spec.containers[0].imagePullPolicyy\"",
                "unknown field \"spec.template.spec.containers[0].ports[0].foo\"",
                "unknown field \"spec.replica\"",
                "unknown field \"Metadata\"",
            ],
            unknown);
        Assert.False(decoded["spec"]!.AsObject().ContainsKey("replica"));
    }

    [Theory]
    [InlineData("""{"spec":{"hostNetwork":"yes"}}""", "json: cannot unmarshal string into Go struct field PodSpec.spec.hostNetwork of type bool")]
    [InlineData("""{"spec":{"containers":[{"ports":[{"containerPort":"80"}]}]}}""", "json: cannot unmarshal string into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32")]
    [InlineData("""{"metadata":{"labels":{"a":1}}}""", "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string")]
    [InlineData("""{"metadata":{"creationTimestamp":"yesterday"}}""", "parsing time \"yesterday\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"yesterday\" as \"2006\"")]
    [InlineData("""{"spec":{"containers":[{"ports":[{"containerPort":99999999999}]}]}}""", "json: cannot unmarshal number 99999999999 into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32")]
    public void Decode_OfWrongType_SaysWhatTheJsonDecoderSays(string given, string message) =>
        Assert.Equal(message, Assert.Throws<DecodeException>(() => ObjectDecoder.Decode(Json.Object(given), ModelSchemas.Of<V1Pod>())).Message);

    [Theory]
    [InlineData("2026-01-01T00:00:00Z", "cannot parse \"Z\" as \".000000\"")]
    [InlineData("yesterday", "cannot parse \"yesterday\" as \"2006\"")]
    public void Decode_OfMicroTimeInAnotherForm_SaysWhere(string time, string problem) => Assert.Equal(
        $"parsing time \"{time}\" as \"2006-01-02T15:04:05.000000Z07:00\": {problem}",
        Assert.Throws<DecodeException>(() => ObjectDecoder.Decode(Json.Object($$$"""{"spec":{"renewTime":"{{{time}}}"}}"""), ModelSchemas.Of<V1Lease>())).Message);

    [Theory]
    [InlineData(typeof(V1Pod))]
    [InlineData(typeof(V1Node))]
    [InlineData(typeof(V1Deployment))]
    [InlineData(typeof(V1ReplicaSet))]
    [InlineData(typeof(V1Service))]
    [InlineData(typeof(V2HorizontalPodAutoscaler))]
    [InlineData(typeof(Corev1Event))]
    [InlineData(typeof(V1Status))]
    public void Of_EveryModel_HasAFactForEveryFieldItNames(Type model)
    {
        var seen = new HashSet<string>();
        Visit(ModelSchemas.Of(model), model.Name);

        void Visit(TypeSchema schema, string where)
        {
            if (schema.Type == SchemaType.Struct)
            {
                Assert.True(schema.Name.Length > 0, where);
                if (!seen.Add(schema.Name))
                {
                    return;
                }
            }

            foreach (var field in schema.Fields.Values)
            {
                Visit(field.Type, $"{where}.{field.Name}");
            }

            if (schema.Element is { } element)
            {
                Visit(element, where + "[]");
            }
        }
    }
}

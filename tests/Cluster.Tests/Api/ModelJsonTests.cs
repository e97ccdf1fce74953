using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Tests.Api;

/// <summary>The models' JSON is the official client's, to the byte, whether a type is listed or not.</summary>
public sealed class ModelJsonTests
{
    private const string Managed = """{"manager":"kubectl","operation":"Apply","apiVersion":"v1","time":"2026-01-02T03:04:05Z","fieldsType":"FieldsV1","fieldsV1":{"f:data":{".":{},"f:a":{}}}}""";

    public static TheoryData<Type, string> Objects => new()
    {
        { typeof(V1Pod), $$$$"""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","creationTimestamp":"2026-01-02T03:04:05Z","labels":{"é":"<&>"},"managedFields":[{{{{Managed}}}}]},"spec":{"containers":[{"name":"c","resources":{"limits":{"cpu":"500m","memory":"1Gi"}},"livenessProbe":{"httpGet":{"port":"http"}},"readinessProbe":{"tcpSocket":{"port":80}}}]},"status":{"startTime":"2026-01-02T03:04:05Z"}}""" },
        { typeof(V1Lease), """{"metadata":{"name":"n"},"spec":{"renewTime":"2026-01-02T03:04:05.123456Z","leaseDurationSeconds":40}}""" },
        { typeof(V1ControllerRevision), """{"metadata":{"name":"r"},"data":{"spec":{"template":{"a":[1,true,null]}}},"revision":3}""" },
        { typeof(V1Deployment), """{"metadata":{"name":"d"},"spec":{"strategy":{"rollingUpdate":{"maxSurge":"25%","maxUnavailable":1}},"selector":{"matchLabels":{"a":"b"}},"template":{}}}""" },
        { typeof(V2HorizontalPodAutoscaler), """{"metadata":{"name":"h"},"spec":{"maxReplicas":5,"metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":50}}}],"scaleTargetRef":{"kind":"Deployment","name":"d"}}}""" },
        { typeof(V1Secret), """{"metadata":{"name":"s"},"data":{"a":"AAEC"},"type":"Opaque"}""" },
    };

    [Theory]
    [MemberData(nameof(Objects))]
    public void ReadAndWrite_AreTheClients(Type type, string text) =>
        typeof(ModelJsonTests).GetMethod(nameof(Compare), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type).Invoke(null, [text]);

    private static void Compare<T>(string text)
    {
        var model = ModelJson.Read<T>(Encoding.UTF8.GetBytes(text));
        var expected = KubernetesJson.Serialize(KubernetesJson.Deserialize<T>(text));

        Assert.Equal(expected, ModelJson.ToText(model));
        Assert.Equal(expected, Encoding.UTF8.GetString(ModelJson.ToBytes(model)));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), ModelJson.ToNode(model)));
        Assert.Equal(expected, KubernetesJson.Serialize(ModelJson.Read<T>(JsonNode.Parse(text)!)));
    }

    [Fact]
    public void Read_NoSuchObject_IsRefused() => Assert.ThrowsAny<JsonException>(() => ModelJson.Read<V1Pod>("""{"spec":[]}"""u8));
}

using System.Text.Json.Nodes;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Api.Http.Protobuf;

namespace Scalelab.Cluster.Tests.Http.Protobuf;

public sealed class ProtobufBodyTests
{
    [Fact]
    public void WriteObject_OfARecordedStatus_GivesTheRecordedBytes()
    {
        var status = JsonNode.Parse("""
            {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"configmaps \"none\" not found","reason":"NotFound","details":{"name":"none","kind":"configmaps"},"code":404}
            """)!.AsObject();

        var bytes = ProtobufBody.WriteObject(status);

        Assert.Equal("azhzAAoMCgJ2MRIGU3RhdHVzElUKBgoAEgAaABIHRmFpbHVyZRobY29uZmlnbWFwcyAibm9uZSIgbm90IGZvdW5kIghOb3RGb3VuZCoYCgRub25lEgAaCmNvbmZpZ21hcHMoADIAMJQDGgAiAA==", Convert.ToBase64String(bytes.Span));
    }

    [Fact]
    public void ReadAndWriteObject_OfARecordedConfigMap_GiveTheSameBytesAgain()
    {
        var recorded = Convert.FromBase64String(
            "azhzAAoPCgJ2MRIJQ29uZmlnTWFwEqYBCpsBCgJjcxIAGgtlcnJvcnMtaHR0cCIAKiQyMjA3ZTllMC1iMTBjLTRlN2QtYTkyYi03NzQwMjE0Y2M1MzEyBDM3MTQ4AEIICIPHjtgGEACKAUsKB3ZlY3RvcnMSBlVwZGF0ZRoCdjEiCAiDx47YBhAAMghGaWVsZHNWMToeChx7ImY6ZGF0YSI6eyIuIjp7fSwiZjprIjp7fX19QgASBgoBaxIBdhoAIgA=");

        var value = ProtobufBody.ReadObject(recorded, "ConfigMap");

        Assert.Equal("v", (string?)value["data"]!["k"]);
        Assert.Equal("2026-11-23T02:22:59Z", (string?)value["metadata"]!["creationTimestamp"]);
        Assert.Equal(Convert.ToBase64String(recorded), Convert.ToBase64String(ProtobufBody.WriteObject(value).Span));
    }

    [Theory]
    [InlineData("""{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a","labels":{"x":"1","y":""}},"spec":{"volumes":[{"name":"v","emptyDir":{"sizeLimit":"1Gi"}},{"name":"c","configMap":{"name":"m","optional":false}}],"containers":[{"name":"c","image":"i","ports":[{"containerPort":80}],"readinessProbe":{"httpGet":{"path":"/","port":"http"},"periodSeconds":3},"resources":{"limits":{"cpu":"100m"}}}],"terminationGracePeriodSeconds":0}}""")]
    [InlineData("""{"kind":"Service","apiVersion":"v1","metadata":{"name":"a"},"spec":{"ports":[{"port":80,"targetPort":8080},{"port":81,"targetPort":"web"}]}}""")]
    [InlineData("""{"kind":"Secret","apiVersion":"v1","metadata":{"name":"a"},"data":{"k":"AAEC"}}""")]
    [InlineData("""{"kind":"Lease","apiVersion":"coordination.k8s.io/v1","metadata":{"name":"a"},"spec":{"renewTime":"2026-01-02T03:04:05.678901Z"}}""")]
    [InlineData("""{"kind":"SubjectAccessReview","apiVersion":"authorization.k8s.io/v1","spec":{"user":"u","extra":{"a":["b","c"]},"resourceAttributes":{"verb":"get"}}}""")]
    [InlineData("""{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"5"},"items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}]}""")]
    [InlineData("""{"kind":"DeleteOptions","apiVersion":"apps/v1","gracePeriodSeconds":0,"propagationPolicy":"Orphan"}""")]
    public void ReadObject_OfWhatWasWritten_GivesEverythingThatWasSet(string json)
    {
        var value = JsonNode.Parse(json)!.AsObject();

        var read = ProtobufBody.ReadObject(ProtobufBody.WriteObject(value), "");

        AssertContains(value, read, "");
    }

    [Fact]
    public void ReadObject_OfAnEmptyBody_IsRefusedAsEmpty()
    {
        var error = Assert.Throws<ApiException>(() => ProtobufBody.ReadObject(default, "Pod"));

        Assert.Equal((400, "the object provided is unrecognized (must be of type Pod): empty data (<empty>)"), (error.Code, error.Message));
    }

    [Fact]
    public void ReadObject_OfSomethingElse_NamesTheExpectedPrefix()
    {
        var error = Assert.Throws<ApiException>(() => ProtobufBody.ReadObject("{}"u8.ToArray(), "Pod"));

        Assert.Equal((400, "the object provided is unrecognized (must be of type Pod): provided data does not appear to be a protobuf message, expected prefix [107 56 115 0] ({})"), (error.Code, error.Message));
    }

    [Fact]
    public void ReadObject_OfAKindWithoutThatForm_SaysToSendJson()
    {
        byte[] bytes = [.. "k8s\0"u8, 0x0A, 0x07, 0x0A, 0x02, .. "v1"u8, 0x12, 0x01, .. "X"u8];

        var error = Assert.Throws<ApiException>(() => ProtobufBody.ReadObject(bytes, "Pod"));

        Assert.Equal(400, error.Code);
        Assert.Contains("send the object as application/json", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadObject_OfABodyCutOrChangedAnywhere_IsReadOrRefusedButNothingElse()
    {
        var whole = ProtobufBody.WriteObject(JsonNode.Parse("""{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a","creationTimestamp":"2026-01-02T03:04:05Z"},"spec":{"containers":[{"name":"c","resources":{"limits":{"cpu":"1"}}}]}}""")!.AsObject()).ToArray();
        for (var place = 0; place < whole.Length; place++)
        {
            ReadOrRefuse(whole[..place]);
            foreach (var change in (ReadOnlySpan<byte>)[0x01, 0x07, 0x80, 0xFF])
            {
                var changed = whole.ToArray();
                changed[place] ^= change;
                ReadOrRefuse(changed);
            }
        }

        static void ReadOrRefuse(byte[] bytes)
        {
            try
            {
                ProtobufBody.ReadObject(bytes, "Pod");
            }
            catch (ApiException error)
            {
                Assert.Equal(400, error.Code);
            }
        }
    }

    private static void AssertContains(JsonNode? expected, JsonNode? actual, string path)
    {
        switch (expected)
        {
            case JsonObject value:
                Assert.All(value, member => AssertContains(member.Value, actual![member.Key], $"{path}/{member.Key}"));
                break;
            case JsonArray list:
                Assert.Equal(list.Count, actual!.AsArray().Count);
                for (var index = 0; index < list.Count; index++)
                {
                    AssertContains(list[index], actual[index], $"{path}/{index}");
                }

                break;
            default:
                Assert.True(JsonNode.DeepEquals(expected, actual), $"{path}: {expected?.ToJsonString()} became {actual?.ToJsonString()}");
                break;
        }
    }
}

namespace Scalelab.Cluster.Tests.Kinds;

/// <summary>The kinds with few rules: one table of what each refuses.</summary>
public sealed class SmallKindsTests
{
    [Theory]
    [InlineData("configmaps", """{"data":{"a/b":"1"}}""", "data[a/b]: Invalid value: \"a/b\": a valid config key must consist of")]
    [InlineData("configmaps", """{"data":{"b":"x"},"binaryData":{"b":"AAEC"}}""", "data[b]: Invalid value: \"b\": duplicate of key present in binaryData")]
    [InlineData("secrets", """{"type":"kubernetes.io/tls","data":{"tls.crt":"eA=="}}""", "data[tls.key]: Required value")]
    [InlineData("secrets", """{"type":"kubernetes.io/dockerconfigjson","stringData":{".dockerconfigjson":"not json"}}""", "data[.dockerconfigjson]: Invalid value: \"<secret contents redacted>\": invalid character 'o' in literal null (expecting 'u')")]
    [InlineData("leases", """{"spec":{"leaseDurationSeconds":0}}""", "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0")]
    [InlineData("poddisruptionbudgets", """{"spec":{"minAvailable":"200%"}}""", "spec.minAvailable: Invalid value: \"200%\": must not be greater than 100%")]
    [InlineData("poddisruptionbudgets", """{"spec":{"minAvailable":1,"maxUnavailable":1}}""", "spec: Invalid value: {\"MinAvailable\":1,\"Selector\":null,\"MaxUnavailable\":1,\"UnhealthyPodEvictionPolicy\":null}: minAvailable and maxUnavailable cannot be both set")]
    [InlineData("endpointslices", """{"endpoints":[{"addresses":["10.1.2.3"]}]}""", "addressType: Required value")]
    [InlineData("endpointslices", """{"addressType":"IPv4","endpoints":[{"addresses":["169.254.0.1"]}]}""", "endpoints[0].addresses[0]: Invalid value: \"169.254.0.1\": may not be in the link-local range (169.254.0.0/16, fe80::/10)")]
    [InlineData("nodes", """{"spec":{"taints":[{"key":"k","effect":"Nope"}]}}""", "metadata.taints[0].effect: Unsupported value: \"Nope\": supported values: \"NoSchedule\", \"PreferNoSchedule\", \"NoExecute\"")]
    [InlineData("events", """{"involvedObject":{"kind":"Pod","name":"p","namespace":"other"}}""", "involvedObject.namespace: Invalid value: \"other\": does not match event.namespace")]
    public void Validate_OfBadObject_NamesTheFieldAndTheRule(string plural, string body, string problem)
    {
        var resource = Json.Object(body);
        resource["metadata"] = Json.Object("""{"name":"x","namespace":"n"}""");
        var (_, errors) = KindPipeline.Create(KindPipeline.Definition(plural), resource);
        Assert.StartsWith(problem, errors.Causes.Select(cause => $"{cause.Field}: {cause.Message}").FirstOrDefault(), StringComparison.Ordinal);
    }

    [Fact]
    public void Create_OfEndpointSliceOnLoopback_IsAllowedBecausePodsAreThere()
    {
        var (_, errors) = KindPipeline.Create("endpointslices", """{"metadata":{"name":"x"},"addressType":"IPv4","endpoints":[{"addresses":["127.10.0.2"]}]}""");
        Assert.False(errors.Any);
    }

    [Fact]
    public void Create_OfSecret_TurnsStringDataIntoData()
    {
        var (secret, _) = KindPipeline.Create("secrets", """{"metadata":{"name":"s"},"data":{"u":"eA=="},"stringData":{"u":"admin"}}""");
        Json.Equal(Json.Object("""{"u":"YWRtaW4="}"""), secret["data"]);
        Assert.Null(secret["stringData"]);
        Assert.Equal("Opaque", (string?)secret["type"]);
    }

    [Fact]
    public void Update_OfImmutableConfigMap_IsRefused()
    {
        var definition = KindPipeline.Definition("configmaps");
        var (stored, _) = KindPipeline.Create("configmaps", """{"metadata":{"name":"c"},"immutable":true,"data":{"a":"1"}}""");
        Assert.Equal("data: Forbidden: field is immutable when `immutable` is set", KindPipeline.Update(definition, stored, """{"data":{"a":"2"}}""").Errors.Summary());
        Assert.False(KindPipeline.Update(definition, stored, """{"metadata":{"labels":{"a":"b"}}}""").Errors.Any);
    }

    [Fact]
    public void Conversion_OfEvents_RenamesThereAndBack()
    {
        var (core, _) = KindPipeline.Create("events", """{"metadata":{"name":"e","namespace":"n"},"involvedObject":{"kind":"Pod","name":"p","namespace":"n"},"message":"m","count":2,"source":{"component":"kubelet"}}""", "v1");
        var definition = KindPipeline.Definition("events", "events.k8s.io/v1");
        var @new = definition.FromStorage!(core);
        Assert.Equal(("m", "p"), ((string?)@new["note"], (string?)@new["regarding"]!["name"]));
        Json.Equal(core, definition.ToStorage!(@new));
        Assert.Equal("Event", definition.QualifiedKind);
    }
}

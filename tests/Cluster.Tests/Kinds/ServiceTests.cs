using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Tests.Kinds;

public sealed class ServiceTests
{
    [Fact]
    public void Create_OfNodePort_FillsInTheDefaults()
    {
        var (service, errors) = KindPipeline.Create("services", """{"metadata":{"name":"s"},"spec":{"type":"NodePort","selector":{"a":"b"},"ports":[{"port":80}]}}""");
        Assert.False(errors.Any);
        Json.Equal(
            Json.Object("""{"type":"NodePort","selector":{"a":"b"},"ports":[{"port":80,"protocol":"TCP","targetPort":80}],"sessionAffinity":"None","externalTrafficPolicy":"Cluster","internalTrafficPolicy":"Cluster","ipFamilies":["IPv4"],"ipFamilyPolicy":"SingleStack"}"""),
            service["spec"]);
        Json.Equal(Json.Object("""{"loadBalancer":{}}"""), service["status"]);
    }

    [Fact]
    public void Update_OfWhatTheServerGave_KeepsIt()
    {
        var definition = KindPipeline.Definition("services");
        var (stored, _) = KindPipeline.Create("services", """{"metadata":{"name":"s"},"spec":{"type":"NodePort","clusterIP":"10.96.0.9","clusterIPs":["10.96.0.9"],"ports":[{"port":80,"nodePort":31234}]}}""");
        var (kept, _) = KindPipeline.Update(definition, stored, """{"spec":{"clusterIP":null,"clusterIPs":null,"ports":[{"port":80}]}}""");
        Assert.Equal(("10.96.0.9", 31234), ((string?)kept["spec"]!["clusterIP"], (int)Recordings.At(kept, "/spec/ports/0/nodePort").AsLong()));
        var (internalOnly, errors) = KindPipeline.Update(definition, stored, """{"spec":{"type":"ClusterIP"}}""");
        Assert.False(errors.Any);
        Assert.Null(Recordings.At(internalOnly, "/spec/ports/0/nodePort"));
        Assert.Null(internalOnly["spec"]!["externalTrafficPolicy"]);
        var (external, _) = KindPipeline.Update(definition, internalOnly, """{"spec":{"type":"ExternalName","externalName":"example.org"}}""");
        Assert.Null(external["spec"]!["clusterIP"]);
    }

    [Theory]
    [InlineData("""{"type":"ClusterIP"}""", """["ports.nodePort","externalTrafficPolicy","healthCheckNodePort","allocateLoadBalancerNodePorts","loadBalancerClass"]""")]
    [InlineData("""{"externalTrafficPolicy":"Cluster"}""", """["healthCheckNodePort"]""")]
    [InlineData("""{"type":"NodePort"}""", """["healthCheckNodePort","allocateLoadBalancerNodePorts","loadBalancerClass"]""")]
    [InlineData("""{"type":"ExternalName","externalName":"a.b"}""", """["ports.nodePort","externalTrafficPolicy","healthCheckNodePort","allocateLoadBalancerNodePorts","loadBalancerClass","clusterIP","clusterIPs","ipFamilies","ipFamilyPolicy","internalTrafficPolicy"]""")]
    public void Update_OfTheType_ForgetsWhatTheNewTypeLacks(string patch, string lost)
    {
        var definition = KindPipeline.Definition("services");
        var (stored, _) = KindPipeline.Create(
            "services",
            """{"metadata":{"name":"s"},"spec":{"type":"LoadBalancer","clusterIP":"10.96.0.9","clusterIPs":["10.96.0.9"],"externalTrafficPolicy":"Local","healthCheckNodePort":31235,"loadBalancerClass":"a.b/c","ports":[{"port":80,"nodePort":31234}]}}""");
        stored["status"] = Json.Object("""{"loadBalancer":{"ingress":[{"ip":"127.97.0.1"}]}}""");

        var (changed, errors) = KindPipeline.Update(definition, stored, $$$"""{"spec":{{{patch}}}}""");

        Assert.Empty(errors.Causes);
        Assert.Equal(JsonNode.Parse(lost)!.AsArray().Select(name => (string)name!).Order(StringComparer.Ordinal), Fields(stored).Except(Fields(changed)).Order(StringComparer.Ordinal));
        Assert.Equal((string?)changed["spec"]!["type"] == "LoadBalancer", changed["status"]!["loadBalancer"]!["ingress"] is not null);
    }

    [Fact]
    public void Update_OfTheTypeWithANewNodePort_IsRefused()
    {
        var definition = KindPipeline.Definition("services");
        var (stored, _) = KindPipeline.Create("services", """{"metadata":{"name":"s"},"spec":{"type":"NodePort","ports":[{"name":"a","port":80,"nodePort":31234},{"name":"b","port":81,"nodePort":31235}]}}""");

        var (_, errors) = KindPipeline.Update(definition, stored, """{"spec":{"type":"ClusterIP","ports":[{"name":"a","port":80,"nodePort":31234},{"name":"b","port":81,"nodePort":31236}]}}""");

        Assert.Equal(["spec.ports[0].nodePort", "spec.ports[1].nodePort"], errors.Causes.Select(cause => cause.Field));
    }

    private static IEnumerable<string> Fields(JsonObject service) => service["spec"]!.AsObject().Select(field => field.Key)
        .Concat(service["spec"]!["ports"]!.AsArray().SelectMany(port => port!.AsObject().Select(field => "ports." + field.Key)));

    [Theory]
    [InlineData("""{"selector":{"a":"b"}}""", "spec.ports: Required value")]
    [InlineData("""{"ports":[{"port":80},{"port":81}]}""", "spec.ports[0].name: Required value")]
    [InlineData("""{"ports":[{"port":0}]}""", "spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive")]
    [InlineData("""{"ports":[{"port":80,"nodePort":31000}]}""", "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'")]
    [InlineData("""{"type":"NodePort","clusterIP":"None","ports":[{"port":80}]}""", "spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services")]
    [InlineData("""{"type":"Weird","ports":[{"port":80}]}""", "spec.type: Unsupported value: \"Weird\": supported values: \"ClusterIP\", \"ExternalName\", \"LoadBalancer\", \"NodePort\"")]
    [InlineData("""{"clusterIP":"nonsense","ports":[{"port":80}]}""", "spec.clusterIPs[0]: Invalid value: \"nonsense\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")]
    [InlineData("""{"sessionAffinity":"Sticky","ports":[{"port":80}]}""", "spec.sessionAffinity: Unsupported value: \"Sticky\": supported values: \"ClientIP\", \"None\"")]
    [InlineData("""{"type":"ExternalName"}""", "spec.externalName: Required value")]
    [InlineData("""{"type":"NodePort","healthCheckNodePort":31000,"ports":[{"port":80}]}""", "spec.healthCheckNodePort: Invalid value: 31000: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'")]
    public void Validate_OfBadSpec_NamesTheFieldAndTheRule(string spec, string problem)
    {
        var (_, errors) = KindPipeline.Create("services", $$$"""{"metadata":{"name":"s"},"spec":{{{spec}}}}""");
        Assert.Equal(problem, errors.Causes.Select(cause => $"{cause.Field}: {cause.Message}").FirstOrDefault());
    }

    [Theory]
    [InlineData("""{"type":"LoadBalancer"}""", "{}", "<pending>")]
    [InlineData("""{"type":"LoadBalancer"}""", """{"loadBalancer":{"ingress":[{"ip":"127.97.0.1"}]}}""", "127.97.0.1")]
    [InlineData("""{"type":"ExternalName","externalName":"example.org"}""", "{}", "example.org")]
    [InlineData("""{"type":"ClusterIP"}""", "{}", "<none>")]
    public void Columns_OfTypes_ShowTheExternalAddress(string spec, string status, string address)
    {
        var service = Json.Object($$$"""{"metadata":{"name":"s"},"spec":{{{spec}}},"status":{{{status}}}}""");
        Assert.Equal(address, KindPipeline.Cells(KindPipeline.Definition("services"), service, DateTimeOffset.UnixEpoch)["External-IP"]);
    }
}

file static class Numbers
{
    public static long AsLong(this JsonNode? node) => long.Parse(node!.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture);
}

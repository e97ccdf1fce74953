using System.Text.Json.Nodes;
using Scalelab.Engine.Providers.Kubernetes;
using Scalelab.Engine.Providers.Kubernetes.Awaiting;

namespace Scalelab.Engine.Tests.Providers.Kubernetes.Awaiting;

public sealed class ServiceWaitTests
{
    private const string Selecting = """{"clusterIP":"10.0.0.1","selector":{"app":"web"}}""";

    [Theory]
    [InlineData("""{"type":"ExternalName","externalName":"example.org","selector":{"app":"web"}}""")]
    [InlineData("""{"clusterIP":"None","selector":{"app":"web"}}""")]
    [InlineData("""{"clusterIP":"10.0.0.1"}""")]
    public void Judge_OfServiceWithoutPodsOfItsOwn_IsReadyAtOnce(string spec) => Assert.True(Service(spec).Judge().IsReady);

    [Fact]
    public void Judge_OfLoadBalancer_WaitsForItsAddress()
    {
        Assert.Contains("load balancer", Service("""{"type":"LoadBalancer"}""").Judge().Message, StringComparison.Ordinal);
        Assert.True(Service("""{"type":"LoadBalancer"}""", """{"loadBalancer":{"ingress":[{"ip":"192.0.2.1"}]}}""").Judge().IsReady);
    }

    [Fact]
    public void Judge_OfServiceThatSelectsNoPod_IsReady()
    {
        var service = Service(Selecting);
        Assert.False(service.Judge().IsReady);
        Listed(service);

        Assert.True(service.Judge().IsReady);
    }

    [Fact]
    public void Judge_OfServiceWithStartingPods_WaitsUntilAllAnswer()
    {
        var service = Service(Selecting);
        service.ApplyPod(new KubeEvent("ADDED", Pod("a", "{}")));
        service.ApplyPod(new KubeEvent("ADDED", Pod("b", "{}")));
        Listed(service);
        service.ApplySlice(new KubeEvent("ADDED", Slice("""{"conditions":{"ready":true}},{"conditions":{"ready":false}}""")));
        Assert.Equal("1 of 2 pods answer behind it", service.Judge().Message);

        service.ApplySlice(new KubeEvent("MODIFIED", Slice("""{"conditions":{"ready":true}},{"conditions":{}}""")));

        Assert.True(service.Judge().IsReady);
    }

    [Fact]
    public void Judge_OfServiceWhosePodsAreBroken_PassesWithAWarning()
    {
        var service = Service(Selecting);
        service.ApplyPod(new KubeEvent("ADDED", Pod("a", """{"containerStatuses":[{"name":"main","state":{"waiting":{"reason":"CrashLoopBackOff"}}}]}""")));
        Listed(service);

        var verdict = service.Judge();

        Assert.True(verdict.IsReady);
        Assert.Contains("CrashLoopBackOff", verdict.Message, StringComparison.Ordinal);
    }

    private static void Listed(ServiceWait service)
    {
        var pods = JsonNode.Parse("""{"items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}]}""")!.AsObject();
        service.ApplyPod(new KubeEvent("LISTED", pods));
        service.ApplySlice(new KubeEvent("LISTED", []));
    }

    private static ServiceWait Service(string spec, string status = "{}") => new("/api/v1/namespaces/default/services/web", Parse($$"""
        {"kind":"Service","metadata":{"name":"web","namespace":"default","uid":"u"},"spec":{{spec}},"status":{{status}}}
        """));

    private static JsonObject Pod(string name, string status) => Parse($$$"""{"metadata":{"name":"{{{name}}}","namespace":"default"},"status":{{{status}}}}""");

    private static JsonObject Slice(string endpoints) => Parse($$"""{"metadata":{"name":"web-x"},"endpoints":[{{endpoints}}]}""");

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}

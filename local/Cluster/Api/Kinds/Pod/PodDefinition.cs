using System.Collections.Immutable;
using System.Text.Json.Nodes;
using k8s.Models;

namespace Scalelab.Cluster.Api.Kinds;

internal static class PodDefinition
{
    private static readonly ImmutableArray<string> Proxy = ["create", "delete", "get", "patch", "update"];

    public static ResourceDefinition Instance { get; } = new()
    {
        Group = "",
        Version = "v1",
        Kind = "Pod",
        Plural = "pods",
        Singular = "pod",
        ShortNames = ["po"],
        Categories = ["all"],
        ModelType = typeof(V1Pod),
        HasStatus = true,
        TracksGeneration = true,
        ReturnsDeletedObject = true,
        GracePeriod = GracePeriod,
        Subresources =
        [
            new SubresourceDefinition("attach", "PodAttachOptions", ["create", "get"]),
            new SubresourceDefinition("binding", "Binding", ["create"]),
            new SubresourceDefinition("ephemeralcontainers", "Pod", ["get", "patch", "update"]),
            new SubresourceDefinition("eviction", "Eviction", ["create"], "policy", "v1"),
            new SubresourceDefinition("exec", "PodExecOptions", ["create", "get"]),
            new SubresourceDefinition("log", "Pod", ["get"]),
            new SubresourceDefinition("portforward", "PodPortForwardOptions", ["create", "get"]),
            new SubresourceDefinition("proxy", "PodProxyOptions", Proxy),
            new SubresourceDefinition("resize", "Pod", ["get", "patch", "update"]),
        ],
        SelectableFields = SelectableFields(),
        Default = PodDefaults.Apply,
        PrepareForCreate = PodDefaults.PrepareForCreate,
        PrepareForStatusUpdate = PodDefaults.PrepareForStatusUpdate,
        Parts = ImmutableDictionary<string, Action<JsonObject, JsonObject, FieldErrors>>.Empty.Add("resize", PodResize.Apply),
        Validate = PodValidation.Validate,
        Warn = static (_, resource, warnings) => PodSpecWarnings.Add(resource.Struct("spec"), "spec", warnings),
        Columns = PodPrinter.Columns,
    };

    /// <summary>What nothing runs for goes at once: pods without a node, and pods that have ended.</summary>
    private static long GracePeriod(JsonObject resource, long? asked)
    {
        if (resource.Text("spec", "nodeName").Length == 0 || resource.Text("status", "phase") is "Succeeded" or "Failed")
        {
            return 0;
        }

        var period = asked ?? resource.Number("spec", "terminationGracePeriodSeconds");
        return period < 0 ? 1 : period;
    }

    private static ImmutableDictionary<string, Func<JsonObject, string>> SelectableFields() => ImmutableDictionary<string, Func<JsonObject, string>>.Empty
        .Add("spec.nodeName", static resource => resource.Text("spec", "nodeName"))
        .Add("spec.restartPolicy", static resource => resource.Text("spec", "restartPolicy"))
        .Add("spec.schedulerName", static resource => resource.Text("spec", "schedulerName"))
        .Add("spec.serviceAccountName", static resource => resource.Text("spec", "serviceAccountName"))
        .Add("spec.hostNetwork", static resource => resource.Flag("spec", "hostNetwork") ? "true" : "false")
        .Add("status.phase", static resource => resource.Text("status", "phase"))
        .Add("status.podIP", static resource => resource.Text("status", "podIP"))
        .Add("status.podIPs", static resource => resource.Items("status", "podIPs").FirstOrDefault().Text("ip"))
        .Add("status.nominatedNodeName", static resource => resource.Text("status", "nominatedNodeName"));
}

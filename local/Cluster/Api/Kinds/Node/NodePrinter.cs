using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Kinds;

internal static class NodePrinter
{
    private const string RolePrefix = "node-role.kubernetes.io/";
    private const string RoleLabel = "kubernetes.io/role";

    public static ImmutableArray<TableColumn> Columns { get; } =
    [
        Kinds.Columns.Name,
        Kinds.Columns.Text("Status", static resource => Status(resource)),
        Kinds.Columns.Text("Roles", static resource => Roles(resource)),
        Kinds.Columns.Age,
        Kinds.Columns.Text("Version", static resource => resource.Text("status", "nodeInfo", "kubeletVersion")),
        Kinds.Columns.Wide("Internal-IP", static resource => Address(resource, "InternalIP")),
        Kinds.Columns.Wide("External-IP", static resource => Address(resource, "ExternalIP")),
        Kinds.Columns.Wide("OS-Image", static resource => OrUnknown(resource.Text("status", "nodeInfo", "osImage"))),
        Kinds.Columns.Wide("Kernel-Version", static resource => Kernel(resource)),
        Kinds.Columns.Wide("Container-Runtime", static resource => OrUnknown(resource.Text("status", "nodeInfo", "containerRuntimeVersion"))),
    ];

    private static string Status(JsonObject resource)
    {
        var ready = resource.Items("status", "conditions").FirstOrDefault(condition => condition.Text("type") == "Ready");
        var status = ready is null ? "Unknown" : ready.Text("status") == "True" ? "Ready" : "NotReady";
        return resource.Flag("spec", "unschedulable") ? status + ",SchedulingDisabled" : status;
    }

    private static string Roles(JsonObject resource)
    {
        var roles = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (key, value) in resource.Entries("metadata", "labels"))
        {
            if (key.StartsWith(RolePrefix, StringComparison.Ordinal) && key.Length > RolePrefix.Length)
            {
                roles.Add(key[RolePrefix.Length..]);
            }
            else if (key == RoleLabel && value.Text().Length > 0)
            {
                roles.Add(value.Text());
            }
        }

        return Kinds.Columns.OrNone(string.Join(',', roles));
    }

    private static string Address(JsonObject resource, string type) =>
        Kinds.Columns.OrNone(resource.Items("status", "addresses").Where(address => address.Text("type") == type).Select(address => address.Text("address")).FirstOrDefault(""));

    private static string Kernel(JsonObject resource)
    {
        var version = OrUnknown(resource.Text("status", "nodeInfo", "kernelVersion"));
        return resource.Text("status", "nodeInfo", "architecture") is { Length: > 0 } architecture ? $"{version} ({architecture})" : version;
    }

    private static string OrUnknown(string text) => text.Length == 0 ? Kinds.Columns.Unknown : text;
}

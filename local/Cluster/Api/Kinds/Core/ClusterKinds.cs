using System.Globalization;
using System.Text.Json.Nodes;
using k8s.Models;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>What describes the cluster itself, kept for those who ask for it.</summary>
internal static class ClusterKinds
{
    public static IEnumerable<ResourceDefinition> All =>
    [
        StoredKinds.Of(
            "",
            typeof(V1ComponentStatus),
            "componentstatuses",
            Columns.Text("Status", static resource => resource.Items("conditions").FirstOrDefault(condition => condition.Text("type") == "Healthy").Text("status") switch { "True" => "Healthy", "False" => "Unhealthy", _ => "Unknown" }),
            Columns.Text("Message", static resource => resource.Items("conditions").FirstOrDefault().Text("message")),
            Columns.Text("Error", static resource => resource.Items("conditions").FirstOrDefault().Text("error"))) with
        {
            ShortNames = ["cs"], Verbs = ["get", "list"], Deprecation = "v1 ComponentStatus is deprecated in v1.19+",
        },
        StoredKinds.Of(
            "scheduling.k8s.io",
            typeof(V1PriorityClass),
            "priorityclasses",
            Columns.Integer("Value", static resource => resource.Number("value")),
            new TableColumn("Global-Default", "boolean", "", 0, static (resource, _) => resource.Flag("globalDefault")),
            Columns.Age,
            Columns.Text("PreemptionPolicy", static resource => resource.Text("preemptionPolicy"))) with
        {
            ShortNames = ["pc"], TracksGeneration = true,
            Default = static resource => resource.Default("preemptionPolicy", "PreemptLowerPriority"),
            Validate = ValidatePriority,
        },
        StoredKinds.Of("node.k8s.io", typeof(V1RuntimeClass), "runtimeclasses", Columns.Text("Handler", static resource => resource.Text("handler")), Columns.Age),
        StoredKinds.Of(
            "certificates.k8s.io",
            typeof(V1CertificateSigningRequest),
            "certificatesigningrequests",
            Columns.Age,
            Columns.Text("SignerName", static resource => resource.Text("spec", "signerName")),
            Columns.Text("Requestor", static resource => resource.Text("spec", "username")),
            Columns.Text("RequestedDuration", static resource => resource.OptionalNumber("spec", "expirationSeconds") is { } seconds ? Durations.Age(TimeSpan.FromSeconds(seconds)) : Columns.None),
            Columns.Text("Condition", static resource => SigningState(resource))) with
        {
            ShortNames = ["csr"], HasStatus = true,
            Subresources = [new SubresourceDefinition("approval", "CertificateSigningRequest", ["get", "patch", "update"])],
        },
        StoredKinds.Of(
            "apiregistration.k8s.io",
            typeof(V1APIService),
            "apiservices",
            Columns.Text("Service", static resource => resource.Struct("spec", "service") is { } service ? $"{service.Text("namespace")}/{service.Text("name")}" : "Local"),
            Columns.Text("Available", static resource => resource.Items("status", "conditions").FirstOrDefault(condition => condition.Text("type") == "Available").Text("status")),
            Columns.Age) with { Categories = ["api-extensions"], HasStatus = true },
    ];

    private static void ValidatePriority(JsonObject? stored, JsonObject resource, FieldErrors errors)
    {
        const long HighestUser = 1_000_000_000;
        var name = resource.Text("metadata", "name");
        if (name.StartsWith("system-", StringComparison.Ordinal) && name is not ("system-cluster-critical" or "system-node-critical"))
        {
            errors.Forbidden("metadata.name", "priority class names with 'system-' prefix are reserved for system use only");
        }
        else if (resource.Number("value") > HighestUser && !name.StartsWith("system-", StringComparison.Ordinal))
        {
            errors.Forbidden("value", string.Create(CultureInfo.InvariantCulture, $"maximum allowed value of a user defined priority is {HighestUser}"));
        }

        if (stored is not null && stored.Number("value") != resource.Number("value"))
        {
            errors.Invalid("value", resource.At("value")?.DeepClone(), Checks.ImmutableText);
        }

        if (stored is not null && stored.Text("preemptionPolicy") != resource.Text("preemptionPolicy"))
        {
            errors.Invalid("preemptionPolicy", resource.Text("preemptionPolicy"), Checks.ImmutableText);
        }
    }

    private static string SigningState(JsonObject resource)
    {
        var types = resource.Items("status", "conditions").Select(condition => condition.Text("type")).ToHashSet(StringComparer.Ordinal);
        var state = types.Contains("Denied") ? "Denied" : types.Contains("Approved") ? "Approved" : "Pending";
        return state + (types.Contains("Failed") ? ",Failed" : "") + (resource.Text("status", "certificate").Length > 0 ? ",Issued" : "");
    }
}

using System.Globalization;
using System.Text.Json.Nodes;
using k8s.Models;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>How requests share a busy server. They are kept and shown; here every request is served at once.</summary>
internal static class FlowControlKinds
{
    private const string Group = "flowcontrol.apiserver.k8s.io";

    public static IEnumerable<ResourceDefinition> All =>
    [
        StoredKinds.Of(
            Group,
            typeof(V1FlowSchema),
            "flowschemas",
            Columns.Text("PriorityLevel", static resource => resource.Text("spec", "priorityLevelConfiguration", "name")),
            Columns.Integer("MatchingPrecedence", static resource => resource.Number("spec", "matchingPrecedence")),
            Columns.Text("DistinguisherMethod", static resource => Columns.OrNone(resource.Text("spec", "distinguisherMethod", "type"))),
            Columns.Age,
            Columns.Text("MissingPL", static resource => resource.Items("status", "conditions").FirstOrDefault(condition => condition.Text("type") == "Dangling").Text("status") is { Length: > 0 } status ? status : "?")) with
        {
            HasStatus = true, TracksGeneration = true, Default = static resource => resource.Need("spec").Default("matchingPrecedence", 1000),
        },
        StoredKinds.Of(
            Group,
            typeof(V1PriorityLevelConfiguration),
            "prioritylevelconfigurations",
            Columns.Text("Type", static resource => resource.Text("spec", "type")),
            Columns.Text("NominalConcurrencyShares", static resource => Number(resource, "limited", "nominalConcurrencyShares")),
            Columns.Text("Queues", static resource => Number(resource, "limited", "limitResponse", "queuing", "queues")),
            Columns.Text("HandSize", static resource => Number(resource, "limited", "limitResponse", "queuing", "handSize")),
            Columns.Text("QueueLengthLimit", static resource => Number(resource, "limited", "limitResponse", "queuing", "queueLengthLimit")),
            Columns.Age) with { HasStatus = true, TracksGeneration = true },
    ];

    private static string Number(JsonObject resource, params string[] path) =>
        resource.Struct("spec").OptionalNumber(path) is { } number ? number.ToString(CultureInfo.InvariantCulture) : Columns.None;
}

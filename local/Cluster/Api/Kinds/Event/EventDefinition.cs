using System.Collections.Immutable;
using System.Text.Json.Nodes;
using k8s.Models;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>Events, in the core group, which stores them, and in events.k8s.io, where the same fields have other names.</summary>
internal static class EventDefinition
{
    private static readonly (string Core, string New)[] Renamed =
    [
        ("involvedObject", "regarding"),
        ("message", "note"),
        ("reportingComponent", "reportingController"),
        ("source", "deprecatedSource"),
        ("firstTimestamp", "deprecatedFirstTimestamp"),
        ("lastTimestamp", "deprecatedLastTimestamp"),
        ("count", "deprecatedCount"),
    ];

    public static ResourceDefinition Core { get; } = new()
    {
        Group = "",
        Version = "v1",
        Kind = "Event",
        Plural = "events",
        Singular = "event",
        ShortNames = ["ev"],
        AllowCreateOnUpdate = true,
        HasDependents = false,
        ModelType = typeof(Corev1Event),
        SelectableFields = Fields("involvedObject", "reportingComponent"),
        Validate = static (_, resource, errors) => EventValidation.Validate(resource, isNew: false, errors),
        Columns = EventPrinter.Columns,
    };

    public static ResourceDefinition New { get; } = Core with
    {
        Group = "events.k8s.io",
        ModelType = typeof(Eventsv1Event),
        StorageGroup = "",
        StorageVersion = "v1",
        ToStorage = ToCore,
        FromStorage = FromCore,
        SelectableFields = Fields("regarding", "reportingController"),
        Validate = static (stored, resource, errors) => EventValidation.Validate(ToCore(resource), isNew: stored is null, errors),
        Columns = [.. EventPrinter.Columns.Select(column => column with { Value = (resource, now) => column.Value(ToCore(resource), now) })],
    };

    private static JsonObject ToCore(JsonObject resource) => Rename(resource, "v1", toCore: true);

    private static JsonObject FromCore(JsonObject resource) => Rename(resource, "events.k8s.io/v1", toCore: false);

    private static JsonObject Rename(JsonObject resource, string apiVersion, bool toCore)
    {
        var result = resource.DeepClone().AsObject();
        result["apiVersion"] = apiVersion;
        foreach (var (core, @new) in Renamed)
        {
            if (result.Remove(toCore ? @new : core, out var value))
            {
                result[toCore ? core : @new] = value;
            }
        }

        if (toCore)
        {
            result.Default("reportingComponent", "");
            result.Default("reportingInstance", "");
        }
        else
        {
            foreach (var field in (string[])["reportingController", "reportingInstance"])
            {
                if (result.Text(field).Length == 0)
                {
                    result.Remove(field);
                }
            }
        }

        return result;
    }

    private static ImmutableDictionary<string, Func<JsonObject, string>> Fields(string about, string reporter)
    {
        var fields = ImmutableDictionary.CreateBuilder<string, Func<JsonObject, string>>();
        foreach (var name in (string[])["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"])
        {
            fields.Add($"{about}.{name}", resource => resource.Text(about, name));
        }

        fields.Add("reason", static resource => resource.Text("reason"));
        fields.Add("type", static resource => resource.Text("type"));
        fields.Add(reporter, resource => resource.Text(reporter));
        if (about == "involvedObject")
        {
            fields.Add("source", static resource => resource.Text("source", "component") is { Length: > 0 } component ? component : resource.Text("reportingComponent"));
        }

        return fields.ToImmutable();
    }
}

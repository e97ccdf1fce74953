using System.Text.Json.Nodes;

namespace Scalelab.Engine.Providers.Kubernetes;

/// <summary>
/// Who owns fields of a stack's object without having applied them on the server as the stack does: the official provider where it was told
/// to apply on the client, and kubectl. Their fields would stand in the way of an apply, and stay when the program drops them. So they
/// become the stack's first, as the official provider has it (fixCSAFieldManagers).
/// </summary>
internal static class FormerManagers
{
    private const string Apply = "Apply";
    private const string Update = "Update";

    private static readonly (string Prefix, string Operation)[] Known =
    [
        ("pulumi-kubernetes", Update), ("pulumi-resource-kubernetes", Update), ("kubectl", Update), ("kubectl", Apply), ("before-first-apply", Update),
    ];

    public static bool Own(JsonObject live) => live.Items("metadata", "managedFields").Any(IsFormer);

    /// <summary>The JSON patch that makes their fields the manager's; null when they own nothing. It fails when the object has changed since.</summary>
    public static JsonArray? TakeOver(JsonObject live, string manager)
    {
        var entries = live.Items("metadata", "managedFields").OfType<JsonObject>().ToArray();
        var former = entries.Where(IsFormer).ToArray();
        if (former.Length == 0)
        {
            return null;
        }

        var own = entries.FirstOrDefault(entry => IsOfObject(entry) && entry.Text("manager") == manager && entry.Text("operation") == Apply);
        var fields = new JsonObject();
        foreach (var entry in former.Append(own))
        {
            Add(fields, entry?["fieldsV1"]);
        }

        var taken = (own ?? former[^1]).DeepClone();
        taken["manager"] = manager;
        taken["operation"] = Apply;
        taken["fieldsV1"] = fields;
        var left = entries.Where(entry => entry != own && !former.Contains(entry)).Select(entry => entry.DeepClone());
        return
        [
            new JsonObject { ["op"] = "replace", ["path"] = "/metadata/managedFields", ["value"] = new JsonArray([.. left, taken]) },
            new JsonObject { ["op"] = "replace", ["path"] = "/metadata/resourceVersion", ["value"] = live.Text("metadata", "resourceVersion") },
        ];
    }

    private static bool IsFormer(JsonNode? entry) =>
        IsOfObject(entry) && Known.Any(known => entry.Text("operation") == known.Operation && entry.Text("manager")?.StartsWith(known.Prefix, StringComparison.Ordinal) == true);

    // Who wrote the status or scaled it goes on doing so.
    private static bool IsOfObject(JsonNode? entry) => entry.Text("subresource") is null or "";

    private static void Add(JsonObject fields, JsonNode? more)
    {
        foreach (var (name, below) in more as JsonObject ?? [])
        {
            if (fields[name] is JsonObject there)
            {
                Add(there, below);
            }
            else
            {
                fields[name] = below?.DeepClone();
            }
        }
    }
}

using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using k8s.Models;

namespace Scalelab.Cluster.Api.Kinds;

internal static class SecretDefinition
{
    public static ResourceDefinition Instance { get; } = new()
    {
        Group = "",
        Version = "v1",
        Kind = "Secret",
        Plural = "secrets",
        Singular = "secret",
        ModelType = typeof(V1Secret),
        SelectableFields = ImmutableDictionary<string, Func<JsonObject, string>>.Empty.Add("type", static resource => resource.Text("type")),
        Default = Default,
        PrepareForUpdate = static (stored, resource) =>
        {
            if (resource.Text("type").Length == 0)
            {
                resource.CopyFrom(stored, "type");
            }
        },
        Validate = SecretValidation.Validate,
        Warn = SecretValidation.Warn,
        Columns =
        [
            Columns.Name,
            Columns.Text("Type", static resource => resource.Text("type")),
            Columns.Text("Data", static resource => resource.Entries("data").Count()),
            Columns.Age,
        ],
    };

    /// <summary><c>stringData</c> is only for writing: it overrides <c>data</c>, and is never stored.</summary>
    private static void Default(JsonObject resource)
    {
        foreach (var (key, value) in resource.Entries("stringData").ToList())
        {
            resource.Need("data")[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(value.Text()));
        }

        resource.Remove("stringData");
        resource.Default("type", "Opaque");
    }
}

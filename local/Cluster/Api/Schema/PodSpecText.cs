using System.Collections.Frozen;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Schema;

/// <summary>
/// A pod's spec as Go's encoding/json prints the struct that kube-apiserver keeps in memory, one field a line: the fields have the names of
/// the struct, none is left out, and a few stand elsewhere than in the API (Kubernetes' pkg/apis/core). Refused changes of pods are shown
/// as differences of such texts.
/// </summary>
internal static class PodSpecText
{
    private const string Security = "v1.PodSecurityContext";

    /// <summary>Types from apimachinery have names for the wire, and leave out what is empty.</summary>
    private static readonly FrozenSet<string> OnTheWire = FrozenSet.Create(StringComparer.Ordinal, "v1.LabelSelector", "v1.LabelSelectorRequirement", "v1.ObjectMeta");

    /// <summary>In memory the pod's security context holds what the API has beside it.</summary>
    private static readonly string[] Moved = ["HostNetwork", "HostPID", "HostIPC", "ShareProcessNamespace", "HostUsers"];

    /// <summary>What follows another field than in the API, or (null) is not there.</summary>
    private static readonly (string Type, string Field, string? After)[] Elsewhere =
    [
        ("v1.PodSpec", "DeprecatedServiceAccount", null),
        ("v1.PodSpec", "SetHostnameAsFQDN", "Subdomain"),
        ("v1.PodSpec", "PreemptionPolicy", "Priority"),
        ("v1.PodSpec", "Overhead", "RuntimeClassName"),
        (Security, "FSGroupChangePolicy", "FSGroup"),
        ("v1.VolumeSource", "Quobyte", "RBD"),
    ];

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly FrozenDictionary<string, GoField[]> Structs = Rearranged().ToFrozenDictionary(StringComparer.Ordinal);

    public static string Print(JsonObject spec)
    {
        var inMemory = spec.DeepClone().AsObject();
        if (inMemory["securityContext"] is not JsonObject security)
        {
            inMemory["securityContext"] = security = [];
        }

        foreach (var field in GoTypes.FieldsOf("v1.PodSpec")!.Where(field => Moved.Contains(field.Name)))
        {
            security[field.WireName] = inMemory[field.WireName]?.DeepClone();
        }

        var text = new StringBuilder(4096);
        Append(text, inMemory, "v1.PodSpec", 0);
        return text.ToString();
    }

    private static Dictionary<string, GoField[]> Rearranged()
    {
        var spec = GoTypes.FieldsOf("v1.PodSpec")!;
        var moved = Moved.Select(name => spec.First(field => field.Name == name));
        var structs = new Dictionary<string, List<GoField>>
        {
            ["v1.PodSpec"] = [.. spec.Where(field => !Moved.Contains(field.Name))],
            [Security] = [.. moved, .. GoTypes.FieldsOf(Security)!],
            ["v1.VolumeSource"] = [.. GoTypes.FieldsOf("v1.VolumeSource")!],
        };
        foreach (var (type, name, after) in Elsewhere)
        {
            var fields = structs[type];
            var field = fields.Find(field => field.Name == name);
            fields.Remove(field);
            if (after is not null)
            {
                fields.Insert(fields.FindIndex(field => field.Name == after) + 1, field);
            }
        }

        return structs.ToDictionary(entry => entry.Key, entry => entry.Value.ToArray());
    }

    private static GoField[]? FieldsOf(string type) => Structs.GetValueOrDefault(type) ?? GoTypes.FieldsOf(type);

    private static void Append(StringBuilder text, JsonNode? value, string type, int depth)
    {
        if (type[0] == '*')
        {
            if (value is null)
            {
                text.Append("null");
                return;
            }

            type = type[1..];
        }

        if (type.StartsWith("[]", StringComparison.Ordinal))
        {
            AppendAll(text, '[', ']', depth, value is JsonArray { Count: > 0 } items ? items.Select(item => (Action)(() => Append(text, item, type[2..], depth + 1))) : null);
        }
        else if (type == "v1.ResourceList" || type.StartsWith("map[", StringComparison.Ordinal))
        {
            AppendAll(text, '{', '}', depth, value is JsonObject { Count: > 0 } map ? Members(text, map, depth) : null);
        }
        else if (FieldsOf(type) is { } fields)
        {
            var members = value as JsonObject ?? [];
            var isBare = OnTheWire.Contains(type);
            AppendAll(text, '{', '}', depth, Flat(fields).Where(field => !isBare || members[field.WireName] is not null).Select(field => (Action)(() =>
            {
                text.Append('"').Append(isBare ? field.WireName : field.Name).Append("\": ");
                Append(text, members[field.WireName], field.Type, depth + 1);
            })));
        }
        else
        {
            text.Append(Scalar(value, type));
        }
    }

    private static IEnumerable<Action> Members(StringBuilder text, JsonObject map, int depth) => map.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => (Action)(() =>
    {
        text.Append(Quoted(entry.Key)).Append(": ");
        text.Append(Scalar(entry.Value, "string"));
    }));

    /// <summary>The fields of an embedded struct stand among those around it.</summary>
    private static IEnumerable<GoField> Flat(GoField[] fields) => fields.SelectMany(field => field.WireName.Length == 0 ? Flat(FieldsOf(field.Type) ?? []) : [field]);

    private static void AppendAll(StringBuilder text, char open, char close, int depth, IEnumerable<Action>? items)
    {
        if (items is null)
        {
            text.Append("null");
            return;
        }

        text.Append(open);
        var separator = "\n";
        foreach (var item in items)
        {
            text.Append(separator).Append(' ', depth + 1);
            item();
            separator = ",\n";
        }

        if (separator != "\n")
        {
            text.Append('\n').Append(' ', depth);
        }

        text.Append(close);
    }

    private static string Scalar(JsonNode? value, string type) => type switch
    {
        "bool" => value?.GetValueKind() == JsonValueKind.True ? "true" : "false",
        "int32" or "int64" => value?.ToJsonString() ?? "0",
        "intstr.IntOrString" => value is null ? "0" : value.GetValueKind() == JsonValueKind.String ? Quoted(value.GetValue<string>()) : value.ToJsonString(),
        "resource.Quantity" => Quoted(value?.ToString() ?? "0"),
        _ => Quoted(value?.ToString() ?? ""),
    };

    /// <summary>Go escapes what HTML would misread.</summary>
    private static string Quoted(string text) => JsonSerializer.Serialize(text, Plain)
        .Replace("<", "\\u003c", StringComparison.Ordinal).Replace(">", "\\u003e", StringComparison.Ordinal).Replace("&", "\\u0026", StringComparison.Ordinal);
}

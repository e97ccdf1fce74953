using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s.Models;
using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Controllers.ControllerRevisions;

/// <summary>What a ControllerRevision keeps: a patch that brings a pod template back, in the form in which Go writes it.</summary>
internal static class TemplateData
{
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    // Escapes what Go escapes, once the three characters below are done.
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(V1PodTemplateSpec template)
    {
        var content = ModelJson.ToNode(template).AsObject();
        content["$patch"] = "replace";
        return Text(new JsonObject { ["spec"] = new JsonObject { ["template"] = content } });
    }

    public static string Of(V1ControllerRevision revision) => Text(ModelJson.ToNode(revision.Data));

    public static V1PodTemplateSpec Template(V1ControllerRevision revision)
    {
        var template = ModelJson.ToNode(revision.Data)["spec"]!["template"]!.AsObject();
        template.Remove("$patch");
        return ModelJson.Read<V1PodTemplateSpec>(template);
    }

    /// <summary>The hash of a StatefulSet's revision: FNV-1 over the data and the number of collisions, written with letters that spell nothing.</summary>
    public static string Hash(string data, int collisions)
    {
        var hash = 2166136261u;
        foreach (var octet in Encoding.UTF8.GetBytes(data + collisions.ToString(CultureInfo.InvariantCulture)))
        {
            hash = (hash * 16777619u) ^ octet;
        }

        return string.Concat(hash.ToString(CultureInfo.InvariantCulture).Select(digit => Alphabet[digit % Alphabet.Length]));
    }

    private static string Text(JsonNode data) => Sorted(data)!.ToJsonString(Compact)
        .Replace("<", "\\u003c", StringComparison.Ordinal).Replace(">", "\\u003e", StringComparison.Ordinal).Replace("&", "\\u0026", StringComparison.Ordinal);

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject([.. members.Where(member => member.Value is not null).OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, Sorted(member.Value)))]),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}

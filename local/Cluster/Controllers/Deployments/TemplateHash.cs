using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using k8s.Models;
using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Controllers.Deployments;

/// <summary>
/// The value of the <c>pod-template-hash</c> label: what kube-controller-manager 1.36 computes for the same template, so that names of
/// ReplicaSets and pods are those of any other cluster.
/// </summary>
internal static class TemplateHash
{
    public const string Label = "pod-template-hash";

    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    /// <param name="collisions">How many earlier hashes of the Deployment met another template's.</param>
    public static string Of(V1PodTemplateSpec template, int? collisions)
    {
        var hash = 2166136261u;
        var printed = GoSyntax.Print(ModelJson.ToNode(template), "v1.PodTemplateSpec");
        Span<byte> counted = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(counted, (uint)(collisions ?? 0));
        foreach (var octet in (byte[])[.. Encoding.UTF8.GetBytes(printed), .. collisions is null ? [] : counted])
        {
            hash = (hash ^ octet) * 16777619u;
        }

        return string.Concat(hash.ToString(CultureInfo.InvariantCulture).Select(digit => Alphabet[digit % Alphabet.Length]));
    }

    /// <summary>Whether two templates are equal but for the hash label.</summary>
    public static bool AreEqual(V1PodTemplateSpec one, V1PodTemplateSpec other) => Canonical(one) == Canonical(other);

    private static string Canonical(V1PodTemplateSpec template)
    {
        var node = ModelJson.ToNode(template);
        (node["metadata"]?["labels"] as JsonObject)?.Remove(Label);
        return Sorted(node)?.ToJsonString() ?? "";
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject properties => new JsonObject(properties.Where(property => property.Value is not null)
            .OrderBy(property => property.Key, StringComparer.Ordinal).Select(property => KeyValuePair.Create(property.Key, Sorted(property.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}

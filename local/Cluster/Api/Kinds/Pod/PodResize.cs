using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary><c>pods/resize</c>: new requests and limits for the containers that a pod has, and nothing else.</summary>
internal static class PodResize
{
    private static readonly string[] Sizes = ["resources", "resizePolicy"];

    public static void Apply(JsonObject stored, JsonObject resource, FieldErrors errors)
    {
        var spec = stored.Struct("spec")!.DeepClone().AsObject();
        foreach (var list in (ReadOnlySpan<string>)["initContainers", "containers"])
        {
            var given = resource.Items("spec", list).DistinctBy(container => container.Text("name")).ToDictionary(container => container.Text("name"), StringComparer.Ordinal);
            foreach (var container in spec.Items(list))
            {
                if (given.TryGetValue(container.Text("name"), out var asked))
                {
                    foreach (var size in Sizes)
                    {
                        container.CopyFrom(asked, size);
                    }
                }
            }
        }

        resource["spec"] = spec;
        var metadata = stored.Struct("metadata")!.DeepClone().AsObject();
        metadata.CopyFrom(resource.Struct("metadata"), "resourceVersion");
        resource["metadata"] = metadata;
        if (PodQuality.ClassOf(spec) is var quality && quality != stored.Text("status", "qosClass"))
        {
            errors.Invalid("spec", quality, "Pod QOS Class may not change as a result of resizing");
        }
    }
}

using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Rest;

/// <summary>An owner counts once, however often an object names it.</summary>
internal static class OwnerReferences
{
    public static void Deduplicate(JsonObject metadata, ICollection<string> warnings)
    {
        if (metadata.Array("ownerReferences") is not { Count: > 1 } owners)
        {
            return;
        }

        var (seen, repeated) = (new HashSet<string>(), new List<string>());
        foreach (var owner in owners.ToList())
        {
            if (owner.Text("uid") is { } uid && !seen.Add(uid))
            {
                if (!repeated.Contains(uid))
                {
                    repeated.Add(uid);
                }

                owners.Remove(owner);
            }
        }

        if (repeated.Count > 0)
        {
            warnings.Add(
                ".metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; "
                + $"please fix your requests; duplicate UID(s) observed: {string.Join(", ", repeated)}");
        }
    }
}

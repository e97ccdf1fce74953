using System.Text.Json;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Store;

namespace Scalelab.Cluster.Controllers.GarbageCollection;

/// <summary>Who belongs to whom, by uid. For one thread.</summary>
internal sealed class OwnershipGraph
{
    private readonly Dictionary<string, OwnedObject> _objects = [];
    private readonly Dictionary<string, HashSet<string>> _dependents = [];

    public OwnedObject? Find(string uid) => _objects.GetValueOrDefault(uid);

    public IEnumerable<OwnedObject> DependentsOf(string uid) =>
        _dependents.TryGetValue(uid, out var dependents) ? dependents.Select(Find).OfType<OwnedObject>().ToList() : [];

    public bool HasDependents(string uid) => _dependents.ContainsKey(uid);

    /// <summary>Takes in the present state of an object and returns what the graph now says of it.</summary>
    public OwnedObject Set(StoredObject item)
    {
        var current = OwnedObject.Read(item);
        if (_objects.TryGetValue(current.Uid, out var former))
        {
            Unlink(former);
        }

        _objects[current.Uid] = current;
        foreach (var owner in current.Owners)
        {
            if (!_dependents.TryGetValue(owner.Uid, out var dependents))
            {
                dependents = [];
                _dependents[owner.Uid] = dependents;
            }

            dependents.Add(current.Uid);
        }

        return current;
    }

    public void Remove(string uid)
    {
        if (_objects.Remove(uid, out var former))
        {
            Unlink(former);
        }
    }

    private void Unlink(OwnedObject former)
    {
        foreach (var owner in former.Owners)
        {
            if (_dependents.TryGetValue(owner.Uid, out var dependents) && dependents.Remove(former.Uid) && dependents.Count == 0)
            {
                _dependents.Remove(owner.Uid);
            }
        }
    }
}

/// <summary>What the garbage collector has to know of an object.</summary>
internal sealed record OwnedObject(ResourceKey Key, string Uid, IReadOnlyList<OwnerLink> Owners, IReadOnlyList<string> Finalizers, bool IsDeleting)
{
    /// <summary>Reads the metadata alone; most objects are much larger than that.</summary>
    public static OwnedObject Read(StoredObject item)
    {
        var metadata = Metadata(item.Json.Span);
        return new OwnedObject(
            item.Key,
            metadata.Text("uid") ?? "",
            [.. (metadata.Array("ownerReferences") ?? []).Select(owner => new OwnerLink(owner.Text("uid") ?? "", owner.Flag("blockOwnerDeletion") == true))],
            MetadataRules.Strings(metadata.Array("finalizers")),
            metadata["deletionTimestamp"] is not null);
    }

    private static JsonObject Metadata(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals("metadata"u8);
            reader.Read();
            if (found)
            {
                return JsonNode.Parse(ref reader) as JsonObject ?? [];
            }

            reader.Skip();
        }

        return [];
    }
}

/// <summary>A reference to an owner.</summary>
internal readonly record struct OwnerLink(string Uid, bool Blocks);

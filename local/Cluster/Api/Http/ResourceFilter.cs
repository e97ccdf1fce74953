using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Api.Selectors;
using Scalelab.Cluster.Store;

namespace Scalelab.Cluster.Api.Http;

/// <summary>Which objects of a kind a list or watch is about.</summary>
internal sealed class ResourceFilter(ResourceDefinition definition, string? namespaceName, LabelSelector labels, FieldSelector fields)
{
    /// <summary>Null for all.</summary>
    public string? Namespace => namespaceName;

    public bool MatchesEverything => labels.MatchesEverything && fields.MatchesEverything;

    /// <summary>The matching objects of a state in order of namespace and name.</summary>
    public IEnumerable<StoredObject> List(StoreState state, ObjectName? after = null)
    {
        var objects = state.List(ResourceService.StoreResource(definition), namespaceName, after);
        return MatchesEverything ? objects : objects.Where(Matches);
    }

    /// <summary>How many objects, matching or not, come after one.</summary>
    public int CountAfter(StoreState state, ObjectName after) => state.CountAfter(ResourceService.StoreResource(definition), namespaceName, after);

    public bool Matches(StoredObject item)
    {
        if (namespaceName is not null && item.Key.Namespace != namespaceName)
        {
            return false;
        }

        return fields.MatchesKey(item.Key) is not false
            && labels.MatchesJson(item.Json.Span)
            && (fields.MatchesKey(item.Key) is true || fields.Matches(ResourceService.Load(definition, item), definition));
    }

    /// <summary>
    /// What a change is to this watcher: an object that begins to match is added, one that ceases to match is deleted. Null when it
    /// is not concerned.
    /// </summary>
    public (string Type, StoredObject Item)? Classify(StoreEvent change)
    {
        var before = change.Previous is { } previous && Matches(previous);
        if (change.Type == StoreEventType.Deleted)
        {
            return before ? ("DELETED", change.Current) : null;
        }

        return (before, Matches(change.Current)) switch
        {
            (false, true) => ("ADDED", change.Current),
            (true, true) => ("MODIFIED", change.Current),
            (true, false) => ("DELETED", change.Previous!.WithRevision(change.Revision)),
            _ => null,
        };
    }
}

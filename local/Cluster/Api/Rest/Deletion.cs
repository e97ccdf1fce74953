using System.Globalization;
using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Rest;

/// <summary>What has to be done to delete an object.</summary>
internal enum DeletionStep
{
    /// <summary>Take it out of the store.</summary>
    Remove,

    /// <summary>Store the marked object; something else ends it later.</summary>
    Mark,

    /// <summary>Store the marked object, so that watchers see the end of the grace period, then take it out.</summary>
    MarkAndRemove,

    /// <summary>Nothing: it is on its way already.</summary>
    AlreadyDeleting,
}

/// <summary>The rules of graceful deletion and of the garbage collector's finalizers (apiserver's registry/rest/delete and registry/store).</summary>
internal static class Deletion
{
    public const string Orphan = "orphan";

    public const string Foreground = "foregroundDeletion";

    /// <summary>Marks the object in place and says what to do with it.</summary>
    public static DeletionStep Plan(ResourceDefinition definition, JsonObject value, DeleteRequest request, DateTimeOffset now)
    {
        if (value.Object("spec").Array("finalizers") is { Count: > 0 } && definition is { Group: "", Kind: "Namespace" })
        {
            return MarkNamespace(value, now);
        }

        var metadata = value.Metadata();
        var (graceful, pending) = BeginGrace(definition, value, request, now);
        if (pending)
        {
            return DeletionStep.AlreadyDeleting;
        }

        var changed = definition.HasDependents && UpdateFinalizers(definition, metadata, request);
        var held = metadata.Array("finalizers") is { Count: > 0 };
        if (!graceful)
        {
            if (!held)
            {
                return DeletionStep.Remove;
            }

            return MarkNow(metadata, now) || changed ? DeletionStep.Mark : DeletionStep.AlreadyDeleting;
        }

        return held || metadata.Number("deletionGracePeriodSeconds") > 0 ? DeletionStep.Mark : DeletionStep.MarkAndRemove;
    }

    /// <summary>Namespaces end in two steps of their own: first the phase, then, by the lifecycle controller, the contents and the spec's finalizer.</summary>
    private static DeletionStep MarkNamespace(JsonObject value, DateTimeOffset now)
    {
        var metadata = value.Metadata();
        if (metadata["deletionTimestamp"] is not null)
        {
            return DeletionStep.AlreadyDeleting;
        }

        metadata["deletionTimestamp"] = ResourceService.Format(now);
        if (value["status"] is not JsonObject status)
        {
            status = [];
            value["status"] = status;
        }

        status["phase"] = "Terminating";
        return DeletionStep.Mark;
    }

    private static (bool Graceful, bool Pending) BeginGrace(ResourceDefinition definition, JsonObject value, DeleteRequest request, DateTimeOffset now)
    {
        var metadata = value.Metadata();
        if (metadata.Text("deletionTimestamp") is { } deletion)
        {
            if (metadata.Number("deletionGracePeriodSeconds") is not > 0 and var _)
            {
                return (false, false);
            }

            var left = metadata.Number("deletionGracePeriodSeconds")!.Value;
            if (request.GracePeriodSeconds is not { } wanted || wanted >= left)
            {
                return (false, true);
            }

            // A negative period is taken for the shortest that is still graceful.
            wanted = wanted < 0 ? 1 : wanted;
            var started = DateTimeOffset.Parse(deletion, CultureInfo.InvariantCulture).AddSeconds(-left);
            metadata["deletionTimestamp"] = ResourceService.Format(started.AddSeconds(wanted));
            metadata["deletionGracePeriodSeconds"] = wanted;
            return (true, false);
        }

        if (definition.GracePeriod is not { } gracePeriod)
        {
            return (false, false);
        }

        var grace = gracePeriod(value, request.GracePeriodSeconds);
        metadata["deletionTimestamp"] = ResourceService.Format(now.AddSeconds(grace));
        metadata["deletionGracePeriodSeconds"] = grace;
        if (metadata.Number("generation") is > 0 and var generation)
        {
            metadata["generation"] = generation + 1;
        }

        return (true, false);
    }

    private static bool MarkNow(JsonObject metadata, DateTimeOffset now)
    {
        if (metadata["deletionTimestamp"] is null)
        {
            metadata["deletionTimestamp"] = ResourceService.Format(now);
            metadata["deletionGracePeriodSeconds"] = 0;
            if (metadata.Number("generation") is > 0 and var generation)
            {
                metadata["generation"] = generation + 1;
            }

            return true;
        }

        return false;
    }

    private static bool UpdateFinalizers(ResourceDefinition definition, JsonObject metadata, DeleteRequest request)
    {
        var before = MetadataRules.Strings(metadata.Array("finalizers"));
        var after = before.Where(finalizer => finalizer is not (Orphan or Foreground)).ToList();
        if (ShouldOrphan(definition, before, request))
        {
            after.Add(Orphan);
        }
        else if (ShouldDeleteFirst(before, request))
        {
            after.Add(Foreground);
        }

        if (after.ToHashSet(StringComparer.Ordinal).SetEquals(before))
        {
            return false;
        }

        metadata.Put("finalizers", after.Count == 0 ? null : new JsonArray([.. after.Select(finalizer => JsonValue.Create(finalizer))]));
        return true;
    }

    private static bool ShouldOrphan(ResourceDefinition definition, IReadOnlyList<string> finalizers, DeleteRequest request) =>
        request.OrphanDependents ?? (request.PropagationPolicy is { } policy ? policy == "Orphan"
            : finalizers.FirstOrDefault(finalizer => finalizer is Orphan or Foreground) is { } present ? present == Orphan
            : definition.OrphansByDefault);

    private static bool ShouldDeleteFirst(IReadOnlyList<string> finalizers, DeleteRequest request) =>
        request.OrphanDependents is null && (request.PropagationPolicy is { } policy ? policy == "Foreground" : finalizers.Contains(Foreground));
}

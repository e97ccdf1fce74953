using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Api.Kinds;

internal static class PodValidation
{
    private const string OnlyThese = "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
        + "`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

    public static void Validate(JsonObject? stored, JsonObject resource, FieldErrors errors)
    {
        PodSpecValidation.Check(new Place(resource["spec"], "spec", resource, resource, null, errors));
        if (stored is not null)
        {
            ValidateUpdate(stored.Need("spec"), resource.Need("spec"), errors);
        }
    }

    private static void ValidateUpdate(JsonObject before, JsonObject after, FieldErrors errors)
    {
        foreach (var list in (string[])["containers", "initContainers"])
        {
            if (before.Items(list).Count() != after.Items(list).Count())
            {
                errors.Forbidden($"spec.{list}", "pod updates may not add or remove containers");
                return;
            }
        }

        if (before.OptionalNumber("activeDeadlineSeconds") is { } deadline)
        {
            if (after.OptionalNumber("activeDeadlineSeconds") is not { } shorter)
            {
                errors.Invalid("spec.activeDeadlineSeconds", null, "must not update from a positive integer to nil value");
            }
            else if (shorter > deadline)
            {
                errors.Invalid("spec.activeDeadlineSeconds", shorter, $"must be less than or equal to previous value");
            }
        }

        var added = before.Items("tolerations").Where(toleration => !after.Items("tolerations").Any(other => Similar(toleration, other))).Select(toleration => toleration).ToList();
        if (added.Count > 0)
        {
            errors.Forbidden("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds");
        }

        var rest = WithoutAllowedChanges(before, after);
        if (!rest.SameAs(before))
        {
            errors.Forbidden("spec", $"{OnlyThese}\n{UnifiedDiff.Of(PodSpecText.Print(before), PodSpecText.Print(rest))}");
        }
    }

    /// <summary>The new spec with the fields that may change taken from the old one.</summary>
    private static JsonObject WithoutAllowedChanges(JsonObject before, JsonObject after)
    {
        var copy = after.DeepClone().AsObject();
        foreach (var list in (string[])["containers", "initContainers"])
        {
            foreach (var (container, other) in copy.Items(list).Zip(before.Items(list)))
            {
                container.CopyFrom(other, "image");
            }
        }

        foreach (var field in (string[])["activeDeadlineSeconds", "tolerations"])
        {
            copy.CopyFrom(before, field);
        }

        if (before.Number("terminationGracePeriodSeconds") < 0 && after.Number("terminationGracePeriodSeconds") == 1)
        {
            copy.CopyFrom(before, "terminationGracePeriodSeconds");
        }

        if (before.Items("schedulingGates").Any())
        {
            // Gates may only go; while they hold the pod back it may still be told where to go.
            var gates = after.Items("schedulingGates").Select(gate => gate.Text("name")).ToHashSet(StringComparer.Ordinal);
            if (gates.IsSubsetOf(before.Items("schedulingGates").Select(gate => gate.Text("name"))))
            {
                copy.CopyFrom(before, "schedulingGates");
                copy.CopyFrom(before, "nodeSelector");
            }
        }

        return copy;
    }

    private static bool Similar(JsonObject toleration, JsonObject other)
    {
        var (left, right) = (toleration.DeepClone().AsObject(), other.DeepClone().AsObject());
        left.Remove("tolerationSeconds");
        right.Remove("tolerationSeconds");
        return left.SameAs(right);
    }
}

using System.Globalization;
using k8s.Models;
using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Controllers.StatefulSets;

/// <summary>The pods of StatefulSets and their claims: what they are called, what they look like, and how they come and go.</summary>
internal sealed class StatefulPods(IApiClient client, EventRecorder events)
{
    public const string RevisionLabel = "controller-revision-hash";
    private const string NameLabel = "statefulset.kubernetes.io/pod-name";
    private const string IndexLabel = "apps.kubernetes.io/pod-index";

    private static readonly V1EventSource Source = new() { Component = "statefulset-controller" };

    private readonly PodControl _pods = new(client, events, "statefulset-controller", "apps/v1", "StatefulSet");

    public static int FirstOrdinal(V1StatefulSet set) => set.Spec.Ordinals?.Start ?? 0;

    public static string RevisionOf(V1Pod pod) => pod.Metadata.Labels?.TryGetValue(RevisionLabel, out var revision) == true ? revision : "";

    /// <summary>A pod's number; null where the name is not one of the set's.</summary>
    public static int? OrdinalIn(V1StatefulSet set, V1Pod pod) =>
        pod.Metadata.Name.StartsWith(set.Metadata.Name + "-", StringComparison.Ordinal)
        && int.TryParse(pod.Metadata.Name.AsSpan(set.Metadata.Name.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal) ? ordinal : null;

    public async Task CreateAsync(V1StatefulSet set, int ordinal, V1PodTemplateSpec template, string revision, CancellationToken cancellationToken)
    {
        await Owners.RequireAsync(client, set, cancellationToken);
        var pod = NewPod(set, ordinal, template, revision);
        foreach (var claim in set.Spec.VolumeClaimTemplates ?? [])
        {
            await EnsureClaimAsync(set, pod, claim, ordinal, cancellationToken);
        }

        try
        {
            await client.CreateAsync(pod, cancellationToken);
            Record(set, "Normal", "SuccessfulCreate", $"create Pod {pod.Metadata.Name} in StatefulSet {set.Metadata.Name} successful");
        }
        catch (ApiException exception) when (exception.Reason != "AlreadyExists")
        {
            Record(set, "Warning", "FailedCreate", $"create Pod {pod.Metadata.Name} in StatefulSet {set.Metadata.Name} failed error: {exception.Message}");
            throw;
        }
    }

    public async Task DeleteAsync(V1StatefulSet set, V1Pod pod, CancellationToken cancellationToken)
    {
        try
        {
            var options = new V1DeleteOptions { Preconditions = new V1Preconditions { Uid = pod.Metadata.Uid } };
            await client.DeleteAsync<V1Pod>(pod.Metadata.NamespaceProperty, pod.Metadata.Name, options, cancellationToken);
            Record(set, "Normal", "SuccessfulDelete", $"delete Pod {pod.Metadata.Name} in StatefulSet {set.Metadata.Name} successful");
        }
        catch (ApiException exception) when (exception.Code is not (404 or 409))
        {
            Record(set, "Warning", "FailedDelete", $"delete Pod {pod.Metadata.Name} in StatefulSet {set.Metadata.Name} failed error: {exception.Message}");
            throw;
        }
    }

    private void Record(V1StatefulSet set, string type, string reason, string message) =>
        events.Record(EventRecorder.Reference(set, "apps/v1", "StatefulSet"), Source, type, reason, message);

    private static string ClaimName(V1StatefulSet set, V1PersistentVolumeClaim template, int ordinal) =>
        string.Create(CultureInfo.InvariantCulture, $"{template.Metadata.Name}-{set.Metadata.Name}-{ordinal}");

    private V1Pod NewPod(V1StatefulSet set, int ordinal, V1PodTemplateSpec template, string revision)
    {
        var pod = _pods.NewPod(set, template);
        var index = ordinal.ToString(CultureInfo.InvariantCulture);
        pod.Metadata.Name = $"{set.Metadata.Name}-{index}";
        pod.Metadata.Labels = new Dictionary<string, string>(pod.Metadata.Labels)
        {
            [NameLabel] = pod.Metadata.Name,
            [IndexLabel] = index,
            [RevisionLabel] = revision,
        };
        pod.Spec.Hostname = pod.Metadata.Name;
        pod.Spec.Subdomain = set.Spec.ServiceName;
        var claims = (set.Spec.VolumeClaimTemplates ?? []).Select(claim => new V1Volume
        {
            Name = claim.Metadata.Name,
            PersistentVolumeClaim = new V1PersistentVolumeClaimVolumeSource { ClaimName = ClaimName(set, claim, ordinal) },
        }).ToList();
        var names = claims.Select(claim => claim.Name).ToHashSet(StringComparer.Ordinal);
        pod.Spec.Volumes = [.. claims, .. (pod.Spec.Volumes ?? []).Where(volume => !names.Contains(volume.Name))];
        return pod;
    }

    /// <summary>Claims stay when their pod goes, and are there when it comes back.</summary>
    private async Task EnsureClaimAsync(V1StatefulSet set, V1Pod pod, V1PersistentVolumeClaim template, int ordinal, CancellationToken cancellationToken)
    {
        var claim = template.Copy();
        claim.ApiVersion = "v1";
        claim.Kind = "PersistentVolumeClaim";
        claim.Status = null;
        claim.Metadata.Name = ClaimName(set, template, ordinal);
        claim.Metadata.NamespaceProperty = set.Metadata.NamespaceProperty;
        var labels = new Dictionary<string, string>(claim.Metadata.Labels ?? new Dictionary<string, string>());
        foreach (var (key, value) in set.Spec.Selector.MatchLabels ?? new Dictionary<string, string>())
        {
            labels[key] = value;
        }

        claim.Metadata.Labels = labels;
        if (set.Spec.PersistentVolumeClaimRetentionPolicy?.WhenDeleted == "Delete")
        {
            claim.Metadata.OwnerReferences = [Claims.Reference(set, "apps/v1", "StatefulSet")];
        }

        try
        {
            await client.CreateAsync(claim, cancellationToken);
            Record(set, "Normal", "SuccessfulCreate", $"create Claim {claim.Metadata.Name} Pod {pod.Metadata.Name} in StatefulSet {set.Metadata.Name} success");
        }
        catch (ApiException exception) when (exception.Reason == "AlreadyExists")
        {
            // It has been waiting for its pod.
        }
    }
}

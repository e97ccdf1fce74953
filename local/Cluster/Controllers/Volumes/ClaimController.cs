using k8s.Models;
using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Controllers.Volumes;

/// <summary>
/// Binds claims to volumes. Where a claim names no class and no volume will do, it plays the disk of a cloud: a folder of this machine, which
/// lives as long as the claim.
/// </summary>
internal sealed class ClaimController : Controller
{
    private const string Provisioner = "scalelab.dev/folders";
    private const string ProvisionedBy = "pv.kubernetes.io/provisioned-by";
    private const string BoundByController = "pv.kubernetes.io/bound-by-controller";
    private const string BindCompleted = "pv.kubernetes.io/bind-completed";

    private static readonly V1EventSource Source = new() { Component = "persistentvolume-controller" };

    private readonly IApiClient _client;
    private readonly Informer<V1PersistentVolumeClaim> _claims;
    private readonly Informer<V1PersistentVolume> _volumes;
    private readonly EventRecorder _events;
    private readonly string _folder;

    /// <param name="folder">Where the folders of claims are made.</param>
    public ClaimController(
        IApiClient client, Informer<V1PersistentVolumeClaim> claims, Informer<V1PersistentVolume> volumes, string folder, EventRecorder events, TimeProvider time, ILogger logger)
        : base(time, logger)
    {
        (_client, _claims, _volumes, _events, _folder) = (client, claims, volumes, events, Path.GetFullPath(folder));
        claims.Changed += (old, claim) =>
        {
            Queue.Add(ObjectKey.Of((claim ?? old)!));
            if (claim is null && old?.Spec.VolumeName is { Length: > 0 } volume)
            {
                Queue.Add(new ObjectKey(null, volume));
            }
        };
        volumes.Changed += (old, volume) =>
        {
            Queue.Add(ObjectKey.Of((volume ?? old)!));
            foreach (var claim in claims.Items.Where(claim => claim.Status?.Phase != "Bound"))
            {
                Queue.Add(ObjectKey.Of(claim));
            }
        };
    }

    protected override IEnumerable<Task> Synced => [_claims.Synced, _volumes.Synced];

    /// <summary>One worker only, so that no volume is given twice. Claims have a namespace, volumes have none.</summary>
    protected override Task ReconcileAsync(ObjectKey key, CancellationToken cancellationToken) =>
        key.Namespace is null ? TendVolumeAsync(key, cancellationToken) : BindAsync(key, cancellationToken);

    private async Task BindAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_claims.Find(key) is not { Metadata.DeletionTimestamp: null } claim || claim.Status?.Phase == "Bound")
        {
            return;
        }

        var volume = ClaimMatch.Best(claim, _volumes.Items);
        if (volume is null)
        {
            if (claim.Spec.StorageClassName is null && claim.Spec.VolumeName is null or "")
            {
                await ProvisionAsync(claim, cancellationToken);
            }

            return;
        }

        if (volume.Spec.ClaimRef?.Uid != claim.Metadata.Uid)
        {
            var reference = EventRecorder.Reference(claim, "v1", "PersistentVolumeClaim");
            var annotations = new Dictionary<string, string>(volume.Metadata.Annotations ?? new Dictionary<string, string>()) { [BoundByController] = "yes" };
            volume = await _client.UpdateAsync(volume with { Metadata = Annotated(volume.Metadata, annotations), Spec = volume.Spec with { ClaimRef = reference } }, cancellationToken);
        }

        if (volume.Status?.Phase != "Bound")
        {
            volume = await _client.UpdateStatusAsync(volume with { Status = new V1PersistentVolumeStatus { Phase = "Bound" } }, cancellationToken);
        }

        if (claim.Spec.VolumeName != volume.Metadata.Name)
        {
            var annotations = new Dictionary<string, string>(claim.Metadata.Annotations ?? new Dictionary<string, string>()) { [BindCompleted] = "yes", [BoundByController] = "yes" };
            claim = await _client.UpdateAsync(claim with { Metadata = Annotated(claim.Metadata, annotations), Spec = claim.Spec with { VolumeName = volume.Metadata.Name } }, cancellationToken);
        }

        var status = new V1PersistentVolumeClaimStatus { Phase = "Bound", AccessModes = volume.Spec.AccessModes, Capacity = volume.Spec.Capacity };
        await _client.UpdateStatusAsync(claim with { Status = status }, cancellationToken);
    }

    private async Task ProvisionAsync(V1PersistentVolumeClaim claim, CancellationToken cancellationToken)
    {
        var name = $"pvc-{claim.Metadata.Uid}";
        var volume = new V1PersistentVolume
        {
            ApiVersion = "v1",
            Kind = "PersistentVolume",
            Metadata = new V1ObjectMeta { Name = name, Annotations = new Dictionary<string, string> { [ProvisionedBy] = Provisioner } },
            Spec = new V1PersistentVolumeSpec
            {
                AccessModes = claim.Spec.AccessModes,
                Capacity = new Dictionary<string, ResourceQuantity> { ["storage"] = claim.Spec.Resources.Requests["storage"] },
                ClaimRef = EventRecorder.Reference(claim, "v1", "PersistentVolumeClaim"),
                HostPath = new V1HostPathVolumeSource { Path = $"{_folder}/{name}", Type = "DirectoryOrCreate" },
                PersistentVolumeReclaimPolicy = "Delete",
                VolumeMode = claim.Spec.VolumeMode,
            },
        };
        try
        {
            // That it is there brings the claim back.
            await _client.CreateAsync(volume, cancellationToken);
            _events.Record(EventRecorder.Reference(claim, "v1", "PersistentVolumeClaim"), Source, "Normal", "ProvisioningSucceeded", $"Successfully provisioned volume {name}");
        }
        catch (ApiException exception) when (exception.Reason == "AlreadyExists")
        {
            // Made a moment ago.
        }
    }

    /// <summary>A volume is Available until it is claimed; when its claim is gone it goes too, or waits for whoever wants what is on it.</summary>
    private async Task TendVolumeAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_volumes.Find(key) is not { Metadata.DeletionTimestamp: null } volume)
        {
            return;
        }

        if (volume.Spec.ClaimRef is not { Uid.Length: > 0 } reference)
        {
            await SetPhaseAsync(volume, "Available", cancellationToken);
        }
        else if (_claims.Find(new ObjectKey(reference.NamespaceProperty, reference.Name))?.Metadata.Uid == reference.Uid)
        {
            // Whoever binds it says so.
        }
        else if (volume.Spec.PersistentVolumeReclaimPolicy == "Delete" && volume.Metadata.Annotations?.TryGetValue(ProvisionedBy, out var provisioner) == true && provisioner == Provisioner)
        {
            await _client.DeleteAsync<V1PersistentVolume>(null, key.Name, new V1DeleteOptions { Preconditions = new V1Preconditions { Uid = volume.Metadata.Uid } }, cancellationToken);
            var folder = $"{_folder}/{key.Name}";
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        else
        {
            await SetPhaseAsync(volume, "Released", cancellationToken);
        }
    }

    private async Task SetPhaseAsync(V1PersistentVolume volume, string phase, CancellationToken cancellationToken)
    {
        if (volume.Status?.Phase != phase)
        {
            await _client.UpdateStatusAsync(volume with { Status = new V1PersistentVolumeStatus { Phase = phase } }, cancellationToken);
        }
    }

    private static V1ObjectMeta Annotated(V1ObjectMeta metadata, IDictionary<string, string> annotations) => metadata with { Annotations = annotations };
}

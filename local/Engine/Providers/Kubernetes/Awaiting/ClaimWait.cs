using System.Text.Json.Nodes;

namespace Scalelab.Engine.Providers.Kubernetes.Awaiting;

/// <summary>A PersistentVolumeClaim: until it is bound, or until only a pod can get it bound.</summary>
internal sealed class ClaimWait : IWait
{
    private readonly Subject _claim;
    private readonly Collection _classes = new();

    public ClaimWait(string path, JsonObject applied)
    {
        _claim = new Subject(path, applied);
        Sources = [_claim.Source, new WatchSource("/apis/storage.k8s.io/v1/storageclasses", "", _classes.Apply) { IsOptional = true }];
    }

    public TimeSpan DefaultLimit => TimeSpan.FromMinutes(5);

    public IReadOnlyList<WatchSource> Sources { get; }

    public JsonObject Live => _claim.Live;

    public Verdict Judge()
    {
        var phase = Live.Text("status", "phase");
        if (_claim.IsDeleted)
        {
            return Verdict.Deleted;
        }

        if (phase == "Bound")
        {
            return Verdict.Ready;
        }

        if (phase == "Lost")
        {
            return Verdict.Hopeless("its volume is lost");
        }

        var @class = Live.Text("spec", "storageClassName") is { Length: > 0 } name ? _classes.Find(name) : null;
        return phase == "Pending" && @class.Text("volumeBindingMode") == "WaitForFirstConsumer"
            ? Verdict.Ready
            : Verdict.Waiting($"waiting for a volume (storage class {Live.Text("spec", "storageClassName") ?? "none"})");
    }
}

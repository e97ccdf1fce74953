using System.Text.Json.Nodes;

namespace Scalelab.Engine.Providers.Kubernetes.Awaiting;

/// <summary>What ready means for one kind of workload, by its own status and by its pods.</summary>
/// <param name="Judge">By the status: ready, hopeless, or how far it is.</param>
/// <param name="IsCurrent">Whether a pod is of the newest revision: older ones may be what the update mends.</param>
/// <param name="MayFail">Whether pods may end badly without harm.</param>
internal sealed record WorkloadRules(Func<Subject, Verdict> Judge, Func<JsonObject, JsonObject, bool> IsCurrent, bool MayFail = false);

/// <summary>A workload that creates its pods itself: a StatefulSet, a DaemonSet, a ReplicaSet, a ReplicationController or a Job.</summary>
internal sealed class WorkloadWait : IWait
{
    private readonly Subject _workload;
    private readonly WorkloadRules _rules;
    private readonly Collection _pods = new();
    private readonly EventTrail _events;

    public WorkloadWait(string path, JsonObject applied, WorkloadRules rules)
    {
        _rules = rules;
        _workload = new Subject(path, applied);
        _events = new EventTrail(_workload.Namespace);
        Sources =
        [
            _workload.Source,
            WatchSource.Labelled($"/api/v1/namespaces/{_workload.Namespace}/pods", KubeObject.Selector(applied.At("spec", "selector")), ApplyPod) with { IsOptional = true },
            _events.Source,
        ];
    }

    public IReadOnlyList<WatchSource> Sources { get; }

    public JsonObject Live => _workload.Live;

    /// <summary>Takes an event of a pod.</summary>
    public void ApplyPod(KubeEvent change) => _pods.Apply(change);

    /// <summary>Takes an event of the workload.</summary>
    public void ApplyWorkload(KubeEvent change) => _workload.Apply(change);

    /// <summary>Takes an Event object's event.</summary>
    public void ApplyReport(KubeEvent change) => _events.Apply(change);

    public Verdict Judge()
    {
        var verdict = _rules.Judge(_workload);
        if (verdict.IsReady)
        {
            // A job may be cleaned up as soon as it is done.
            return verdict;
        }

        if (_workload.IsDeleted)
        {
            return Verdict.Deleted;
        }

        var pods = _pods.Items.Where(pod => KubeObject.IsOwnedBy(pod, _workload.Uid)).ToArray();
        if (verdict.IsHopeless)
        {
            return verdict with { Log = pods.Where(pod => pod.Text("status", "phase") == "Failed").Select(PodState.FailedLog).LastOrDefault() ?? pods.Select(PodState.FailedLog).LastOrDefault() };
        }

        return PodReport.Judge(verdict.Message, [.. pods.Where(pod => _rules.IsCurrent(Live, pod))], [_workload.Uid], _events, _rules.MayFail);
    }
}

using System.Text.Json.Nodes;

namespace Scalelab.Engine.Providers.Kubernetes.Awaiting;

/// <summary>
/// A Deployment's rollout as its events tell it: the Deployment, its ReplicaSets and their pods. Only pods of the newest ReplicaSet can
/// make it hopeless; older ones may well be what the update mends.
/// </summary>
internal sealed class Rollout : IWait
{
    private const string Revision = "deployment.kubernetes.io/revision";
    private const string TemplateHash = "pod-template-hash";

    // Kubernetes takes this deadline for none, and then reports no progress.
    private const int NoDeadline = int.MaxValue;

    private readonly Subject _deployment;
    private readonly Collection _replicaSets = new();
    private readonly Collection _pods = new();
    private readonly EventTrail _events;

    public Rollout(string path, JsonObject applied)
    {
        _deployment = new Subject(path, applied);
        _events = new EventTrail(_deployment.Namespace);
        var labels = KubeObject.Selector(applied.At("spec", "selector"));
        Sources =
        [
            _deployment.Source,
            WatchSource.Labelled($"/apis/apps/v1/namespaces/{_deployment.Namespace}/replicasets", labels, _replicaSets.Apply),
            WatchSource.Labelled($"/api/v1/namespaces/{_deployment.Namespace}/pods", labels, _pods.Apply),
            _events.Source,
        ];
    }

    public IReadOnlyList<WatchSource> Sources { get; }

    public JsonObject Live => _deployment.Live;

    /// <summary>Takes an event by the kind of its object.</summary>
    public void Apply(KubeEvent change)
    {
        switch (change.Object.Text("kind"))
        {
            case "Deployment":
                _deployment.Apply(change);
                break;
            case "ReplicaSet" or "ReplicaSetList":
                _replicaSets.Apply(change);
                break;
            case "Pod" or "PodList":
                _pods.Apply(change);
                break;
            case "Event" or "EventList":
                _events.Apply(change);
                break;
        }
    }

    public Verdict Judge()
    {
        if (_deployment.IsDeleted)
        {
            return Verdict.Deleted;
        }

        if (Live.Integer(0, "status", "observedGeneration") < Live.Integer(0, "metadata", "generation"))
        {
            return Verdict.Waiting("waiting for the controller to notice the change");
        }

        var progressing = Live.Condition("Progressing");
        if (IsPaused || IsComplete(progressing))
        {
            return Verdict.Ready;
        }

        var newest = Newest();
        var pods = newest.Text("metadata", "labels", TemplateHash) is { } hash
            ? _pods.Items.Where(pod => pod.Text("metadata", "labels", TemplateHash) == hash).ToArray()
            : [];
        var verdict = PodReport.Judge(
            $"{pods.Count(PodState.IsReady)} of {Wanted} pods ready", pods, [newest.Text("metadata", "uid"), _deployment.Uid], _events);
        if (verdict is { IsHopeless: true, Grace.Ticks: 0 })
        {
            return verdict;
        }

        if (progressing.Text("status") == "False")
        {
            return Verdict.Hopeless($"{progressing.Text("reason")}: {progressing.Text("message")}") with { Log = verdict.Log };
        }

        return Live.Condition("ReplicaFailure") is { } failure && failure.Text("status") == "True"
            ? Verdict.Hopeless($"{failure.Text("reason")}: {failure.Text("message")}")
            : verdict;
    }

    private long Wanted => Live.Integer(1, "spec", "replicas");

    // A paused one rolls nothing out: what there is to be done is done.
    private bool IsPaused => Live.Flag("spec", "paused") == true;

    private bool IsComplete(JsonNode? progressing)
    {
        var isRolledOut = progressing is null
            ? Live.Integer(0, "spec", "progressDeadlineSeconds") == NoDeadline && Live.Integer(0, "status", "replicas") == Live.Integer(0, "status", "updatedReplicas")
            : progressing.Text("status") == "True" && progressing.Text("reason") == "NewReplicaSetAvailable";
        return isRolledOut
            && Live.Condition("Available").Text("status") == "True"
            && Live.Integer(0, "status", "updatedReplicas") >= Wanted
            && Live.Integer(0, "status", "availableReplicas") >= Wanted;
    }

    private JsonObject? Newest()
    {
        var revision = Live.Annotation(Revision);
        return _replicaSets.Items.FirstOrDefault(set => KubeObject.IsOwnedBy(set, _deployment.Uid) && set.Annotation(Revision) == revision);
    }
}

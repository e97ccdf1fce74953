using System.Text.Json.Nodes;

namespace Scalelab.Engine.Providers.Kubernetes.Awaiting;

/// <summary>
/// A Deployment's rollout as its events tell it: the Deployment, its ReplicaSets and their pods. Only pods of the newest ReplicaSet can
/// make it hopeless; older ones may well be what the update mends.
/// </summary>
internal sealed class Rollout
{
    private const string Revision = "deployment.kubernetes.io/revision";
    private const string TemplateHash = "pod-template-hash";

    private readonly Dictionary<string, JsonObject> _replicaSets = [];
    private readonly Dictionary<string, JsonObject> _pods = [];
    private readonly long _generation;

    public Rollout(JsonObject applied)
    {
        Deployment = applied;
        _generation = applied.Integer(0, "metadata", "generation");
    }

    public JsonObject? Deployment { get; private set; }

    public void Apply(KubeEvent change)
    {
        switch (change.Object.Text("kind"))
        {
            case "Deployment":
                Deployment = change.Type == "DELETED" ? null : change.Object;
                break;
            case "ReplicaSet":
                Keep(_replicaSets, change);
                break;
            case "Pod":
                Keep(_pods, change);
                break;
            case "ReplicaSetList":
                Prune(_replicaSets, change.Object);
                break;
            case "PodList":
                Prune(_pods, change.Object);
                break;
        }
    }

    public Verdict Judge()
    {
        if (Deployment is not { } deployment)
        {
            return Verdict.Hopeless("it was deleted while it was waited for");
        }

        if (deployment.Integer(0, "status", "observedGeneration") < _generation)
        {
            return Verdict.Waiting("waiting for the controller to notice the change");
        }

        var wanted = deployment.Integer(1, "spec", "replicas");
        var available = deployment.Integer(0, "status", "availableReplicas");
        var progressing = deployment.Condition("Progressing");
        if (progressing.Text("status") == "True" && progressing.Text("reason") == "NewReplicaSetAvailable"
            && deployment.Condition("Available").Text("status") == "True"
            && deployment.Integer(0, "status", "updatedReplicas") >= wanted && available >= wanted)
        {
            return Verdict.Ready;
        }

        var pods = Pods(deployment);
        if (pods.Select(PodState.Trouble).FirstOrDefault(trouble => trouble is not null) is { } hopeless)
        {
            return hopeless;
        }

        if (progressing.Text("status") == "False")
        {
            return Verdict.Hopeless($"{progressing.Text("reason")}: {progressing.Text("message")}");
        }

        if (deployment.Condition("ReplicaFailure") is { } failure && failure.Text("status") == "True")
        {
            return Verdict.Hopeless($"{failure.Text("reason")}: {failure.Text("message")}");
        }

        var busy = pods.Where(pod => !PodState.IsReady(pod)).Select(PodState.Describe).FirstOrDefault();
        return Verdict.Waiting($"{pods.Count(PodState.IsReady)} of {wanted} pods ready{(busy is null ? "" : $"; {busy}")}");
    }

    private static void Keep(Dictionary<string, JsonObject> known, KubeEvent change)
    {
        if (change.Type == "DELETED")
        {
            known.Remove(change.Object.Name());
        }
        else
        {
            known[change.Object.Name()] = change.Object;
        }
    }

    private static void Prune(Dictionary<string, JsonObject> known, JsonObject list)
    {
        var names = list.Items("items").Select(item => item.Name()).ToHashSet();
        foreach (var name in known.Keys.Where(name => !names.Contains(name)).ToArray())
        {
            known.Remove(name);
        }
    }

    private JsonObject[] Pods(JsonObject deployment)
    {
        var revision = deployment.Annotation(Revision);
        var newest = _replicaSets.Values.FirstOrDefault(set =>
            set.Items("metadata", "ownerReferences").Any(owner => owner.Text("uid") == deployment.Text("metadata", "uid")) && set.Annotation(Revision) == revision);
        return newest.Text("metadata", "labels", TemplateHash) is { } hash
            ? [.. _pods.Values.Where(pod => pod.Text("metadata", "labels", TemplateHash) == hash).OrderBy(pod => pod.Name(), StringComparer.Ordinal)]
            : [];
    }
}

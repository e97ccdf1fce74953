using System.Text.Json.Nodes;

namespace Scalelab.Engine.Providers.Kubernetes.Awaiting;

/// <summary>
/// A Service: until its load balancer has an address, and until all the pods that it selects answer. Selecting none is no reason to wait:
/// they may come later in the same update, which would wait for itself. Pods that will never be ready are none either: what owns
/// them fails with the reason, and its own repair may wait for this Service.
/// </summary>
internal sealed class ServiceWait : IWait
{
    private readonly Subject _service;
    private readonly Collection _slices = new();
    private readonly Collection _pods = new();

    public ServiceWait(string path, JsonObject applied)
    {
        _service = new Subject(path, applied);
        var ns = _service.Namespace;
        Sources = HasPods
            ?
            [
                _service.Source,
                WatchSource.Labelled($"/apis/discovery.k8s.io/v1/namespaces/{ns}/endpointslices", $"kubernetes.io/service-name={applied.Name()}", _slices.Apply) with { IsOptional = true },
                WatchSource.Labelled($"/api/v1/namespaces/{ns}/pods", KubeObject.Labels(applied.At("spec", "selector")), _pods.Apply) with { IsOptional = true },
            ]
            : [_service.Source];
    }

    public IReadOnlyList<WatchSource> Sources { get; }

    public JsonObject Live => _service.Live;

    // A name, a list of addresses, or endpoints that somebody keeps by hand: there is nothing to wait for.
    private bool HasPods => Live.Text("spec", "type") != "ExternalName" && Live.Text("spec", "clusterIP") != "None" && Live.At("spec", "selector") is JsonObject { Count: > 0 };

    /// <summary>Takes an event of an EndpointSlice.</summary>
    public void ApplySlice(KubeEvent change) => _slices.Apply(change);

    /// <summary>Takes an event of a pod.</summary>
    public void ApplyPod(KubeEvent change) => _pods.Apply(change);

    public Verdict Judge()
    {
        if (_service.IsDeleted)
        {
            return Verdict.Deleted;
        }

        if (Live.Text("spec", "type") == "LoadBalancer" && !Live.Items("status", "loadBalancer", "ingress").Any())
        {
            return Verdict.Waiting("waiting for the load balancer's address; a cluster without load balancers never gives one");
        }

        return HasPods ? JudgePods() : Verdict.Ready;
    }

    private Verdict JudgePods()
    {
        if (!_slices.IsListed || !_pods.IsListed)
        {
            return Verdict.Waiting("looking for the pods behind it");
        }

        var pods = _pods.Items.Where(pod => !PodState.IsTerminating(pod) && !PodState.IsFinished(pod)).ToArray();
        var troubled = pods.Select(pod => PodState.Trouble(pod)).OfType<Verdict>().ToArray();
        var answering = _slices.Items.SelectMany(slice => slice.Items("endpoints")).Count(endpoint => endpoint.Flag("conditions", "ready") != false);
        if (answering >= pods.Length - troubled.Length)
        {
            return answering == 0 && troubled.Length > 0 ? Verdict.ReadyBut($"no pod answers behind it: {troubled[0].Message}") : Verdict.Ready;
        }

        return Verdict.Waiting($"{answering} of {pods.Length} pods answer behind it");
    }
}

using System.Globalization;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;

namespace Scalelab.Cluster.Tests.Controllers.HorizontalPodAutoscalers.Algorithm;

/// <summary>A series of <c>../shared/kubernetes/hpa</c>: what was done, what was there every five seconds, and what the autoscalers said.</summary>
internal sealed class RecordedSeries
{
    private const double SampleDuration = 2;

    private readonly List<(double At, JsonNode Pods, JsonNode Metrics)> _samples = [];
    private readonly Dictionary<string, JsonNode> _templates = [];

    private RecordedSeries(string path)
    {
        foreach (var line in File.ReadLines(path).Select(line => JsonNode.Parse(line)!))
        {
            Read((double)line["t"]!, (string)line["kind"]!, (string?)line["type"], line["object"]!);
        }
    }

    public List<(double At, V2HorizontalPodAutoscaler Autoscaler)> Created { get; } = [];

    public List<(double At, string Name, V2HorizontalPodAutoscalerStatus Status)> Statuses { get; } = [];

    /// <summary>One entry each time an event was reported, however often it had been before.</summary>
    public List<(double At, string Name, string Reason, string Message)> Events { get; } = [];

    /// <summary>The replicas that somebody asked for, at creation and by hand.</summary>
    public List<(double At, string Deployment, int Replicas)> Replicas { get; } = [];

    public double End { get; private set; }

    /// <summary>The wall-clock time at which the series began.</summary>
    public DateTimeOffset Start { get; private set; }

    public static RecordedSeries Read(string name)
    {
        var folder = Recordings.FolderPath;
        Assert.SkipWhen(folder is null, "needs the recordings in ../shared/kubernetes/hpa");
        return new RecordedSeries(Path.Combine(folder!, "..", "hpa", name + ".jsonl"));
    }

    /// <summary>
    /// What a Deployment's pods and their metrics may have been at a time: as in the sample before it or in the one after it, and each pod ready since
    /// either end of the time in which it became so.
    /// </summary>
    public IEnumerable<(IReadOnlyList<V1Pod> Pods, IReadOnlyList<JsonNode> Metrics)> Around(double at, string deployment)
    {
        var after = _samples.FindIndex(sample => sample.At >= at);
        after = after < 0 ? _samples.Count - 1 : after;
        foreach (var index in new[] { Math.Max(0, after - 1), after })
        {
            var pods = _samples[index].Pods.AsArray().Select(pod => pod!).Where(pod => IsOf((string)pod["name"]!, deployment)).ToList();
            for (var late = 0; late < 1 << pods.Count; late++)
            {
                foreach (var metrics in new[] { Math.Max(0, after - 1), after })
                {
                    yield return (
                        [.. pods.Select((pod, bit) => Pod(index, pod, deployment, (late & (1 << bit)) != 0))],
                        [.. _samples[metrics].Metrics.AsArray().Select(metric => metric!).Where(metric => IsOf((string)metric["pod"]!, deployment))]);
                }
            }
        }
    }

    private static bool IsOf(string pod, string deployment) => pod.StartsWith(deployment + "-", StringComparison.Ordinal);

    private void Read(double at, string kind, string? type, JsonNode value)
    {
        switch (kind)
        {
            case "HorizontalPodAutoscaler":
                var autoscaler = KubernetesJson.Deserialize<V2HorizontalPodAutoscaler>(value.ToJsonString());
                if (type == "ADDED")
                {
                    Created.Add((at, autoscaler));
                    Start = new DateTimeOffset(autoscaler.Metadata.CreationTimestamp!.Value, TimeSpan.Zero).AddSeconds(-at);
                }
                else
                {
                    Statuses.Add((at, autoscaler.Metadata.Name, autoscaler.Status));
                }

                break;
            case "Event" when (string?)value["involvedObject"]!["kind"] == "HorizontalPodAutoscaler":
                Events.Add((at, (string)value["involvedObject"]!["name"]!, (string)value["reason"]!, (string)value["message"]!));
                break;
            case "Action":
                ReadAction(at, value);
                break;
            case "Sample":
                _samples.Add((at, value["pods"]!, value["metrics"]!));
                break;
            case "Note" when (string?)value["text"] == "end":
                End = at;
                break;
            default:
                break;
        }
    }

    private void ReadAction(double at, JsonNode action)
    {
        var path = (string)action["path"]!;
        if (path.EndsWith("/deployments", StringComparison.Ordinal))
        {
            var name = (string)action["body"]!["metadata"]!["name"]!;
            _templates[name] = action["body"]!["spec"]!["template"]!;
            Replicas.Add((at, name, (int)action["body"]!["spec"]!["replicas"]!));
        }
        else if (path.EndsWith("/scale", StringComparison.Ordinal))
        {
            Replicas.Add((at, path.Split('/')[^2], (int)action["body"]!["spec"]!["replicas"]!));
        }
    }

    private V1Pod Pod(int index, JsonNode pod, string deployment, bool readyLate)
    {
        var ready = (bool)pod["ready"]!;
        return new V1Pod
        {
            Metadata = new V1ObjectMeta { Name = (string)pod["name"]! },
            Spec = KubernetesJson.Deserialize<V1PodSpec>(_templates[deployment]["spec"]!.ToJsonString()),
            Status = new V1PodStatus
            {
                Phase = (string)pod["phase"]!,
                StartTime = pod["startTime"] is { } start ? DateTime.Parse((string)start!, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal) : null,
                Conditions = [new V1PodCondition { Type = "Ready", Status = ready ? "True" : "False", LastTransitionTime = ReadySince(index, (string)pod["name"]!, ready, readyLate) }],
            },
        };
    }

    /// <summary>The samples do not say when a pod became ready, only between which two of them; and a sample took some time itself.</summary>
    private DateTime ReadySince(int index, string name, bool ready, bool late)
    {
        var first = index;
        while (first > 0 && _samples[first - 1].Pods.AsArray().Any(pod => (string)pod!["name"]! == name && (bool)pod["ready"]! == ready))
        {
            first--;
        }

        return Start.AddSeconds(late || first == 0 ? _samples[first].At : _samples[first - 1].At - SampleDuration).UtcDateTime;
    }
}

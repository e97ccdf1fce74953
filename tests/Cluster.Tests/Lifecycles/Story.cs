using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Scalelab.Cluster.Tests.Lifecycles;

/// <summary>
/// What can be expected to be the same whenever the same is done: the lines of a lifecycle with generated names, addresses, times and
/// versions replaced, and without what depends on how long a container takes.
/// </summary>
internal sealed partial class Story
{
    private readonly List<LifecycleLine> _lines;
    private readonly Dictionary<string, string> _sets = [];

    public Story(IEnumerable<LifecycleLine> lines)
    {
        _lines = [.. lines.Where(line => line.Kind is not ("Action" or "Note"))];
        foreach (var line in _lines.Where(line => line.Kind == "ReplicaSet"))
        {
            _sets.TryAdd(line.Name, $"set{_sets.Count + 1}");
        }
    }

    /// <summary>The names of the pods in the order in which they came, by the normal name of their ReplicaSet.</summary>
    public ILookup<string, string> Pods => _lines.Where(line => line is { Kind: "Pod", Type: "ADDED" }).ToLookup(line => Normal(line.Name), line => line.Name);

    public static bool IsReady(LifecycleLine pod) =>
        (pod.Object["status"]!["conditions"]?.AsArray() ?? []).Any(condition => (string?)condition!["type"] == "Ready" && (string?)condition["status"] == "True");

    /// <summary>One fact a line, in the order in which they have to be compared.</summary>
    public List<string> Facts()
    {
        var facts = new List<string>();
        facts.AddRange(Scalings().Select((message, index) => $"scaling {index}: {message}"));
        facts.AddRange(Conditions());
        facts.AddRange(Histories("ReplicaSet", "size", line => line.Object["spec"]!["replicas"]!.ToJsonString()));
        facts.AddRange(Histories("ReplicaSet", "generation", line => line.Object["metadata"]!["generation"]!.ToJsonString()));
        facts.AddRange(Histories("ReplicaSet", "revision", line => line.Object["metadata"]!["annotations"]?["deployment.kubernetes.io/revision"]?.ToJsonString() ?? ""));
        facts.AddRange(Histories("Deployment", "revision", line => line.Object["metadata"]!["annotations"]?["deployment.kubernetes.io/revision"]?.ToJsonString() ?? ""));
        facts.AddRange(Events());
        facts.AddRange(_lines.Where(line => line.Kind != "Event" && line.Type is "ADDED" or "DELETED").GroupBy(line => $"{line.Type} {line.Kind} {(line.Kind == "EndpointSlice" ? line.Object["metadata"]!["generateName"] : Normal(line.Name))}")
            .Select(group => $"{group.Key}: {group.Count()}").Order(StringComparer.Ordinal));
        facts.AddRange(Final());
        return facts;
    }

    /// <summary>What the Deployment says of itself, and how many pods each ReplicaSet has, up to a moment.</summary>
    public string View(double until)
    {
        var seen = _lines.Where(line => line.Time <= until && line.Kind != "Event").GroupBy(line => (line.Kind, line.Name)).Select(group => group.Last()).Where(line => line.Type != "DELETED").ToList();
        var deployments = seen.Where(line => line.Kind == "Deployment").Select(line => Normal(Numbers(line.Object).ToJsonString()));
        var pods = seen.Where(line => line.Kind == "Pod" && line.Object["metadata"]!["deletionTimestamp"] is null)
            .GroupBy(line => Normal(line.Name)).Select(group => $"{group.Key}: {group.Count()}, {group.Count(IsReady)} ready").Order(StringComparer.Ordinal);
        return string.Join('\n', deployments.Concat(pods));
    }

    /// <summary>The views from a moment on, as long as they may be those of what led to that moment.</summary>
    public HashSet<string> Views(double from, double until) => [View(from), .. _lines.Where(line => line.Time > from && line.Time <= until).Select(line => View(line.Time))];

    public string Normal(string text)
    {
        foreach (var (name, plain) in _sets.OrderByDescending(set => set.Key.Length))
        {
            text = Regex.Replace(text, Regex.Escape(name) + "-[a-z0-9]{5}", plain + "-pod").Replace(name, plain, StringComparison.Ordinal)
                .Replace($"\"{name[(name.LastIndexOf('-') + 1)..]}\"", $"\"hash of {plain}\"", StringComparison.Ordinal);
        }

        return Instant().Replace(Address().Replace(text, "ADDRESS"), "TIME");
    }

    private static JsonObject Numbers(JsonObject deployment)
    {
        var status = deployment["status"]?.DeepClone().AsObject() ?? [];
        status.Remove("terminatingReplicas");
        var conditions = (status["conditions"]?.AsArray() ?? []).Select(condition => $"{condition!["type"]} {condition["status"]} {condition["reason"]}").Order(StringComparer.Ordinal).ToList();
        status.Remove("conditions");
        var sorted = new JsonObject([.. status.OrderBy(property => property.Key, StringComparer.Ordinal).Select(property => KeyValuePair.Create(property.Key, property.Value?.DeepClone()))]);
        sorted["conditions"] = string.Join(", ", conditions);
        return sorted;
    }

    private IEnumerable<string> Scalings() => _lines
        .Where(line => line is { Kind: "Event", Type: "ADDED" } && (string?)line.Object["reason"] == "ScalingReplicaSet").Select(line => Normal((string)line.Object["message"]!));

    /// <summary>The course of each condition of a Deployment.</summary>
    private IEnumerable<string> Conditions() => Distinct(_lines.Where(line => line.Kind == "Deployment")
        .SelectMany(line => (line.Object["status"]?["conditions"]?.AsArray() ?? []).Select(condition => (
            Key: $"{line.Name} {condition!["type"]}",
            Value: Normal($"{condition["status"]} {condition["reason"]}: {condition["message"]}")))));

    private IEnumerable<string> Histories(string kind, string what, Func<LifecycleLine, string> of) =>
        Distinct(_lines.Where(line => line.Kind == kind).Select(line => (Key: $"{Normal(line.Name)} {what}", Value: of(line))));

    private static IEnumerable<string> Distinct(IEnumerable<(string Key, string Value)> values)
    {
        foreach (var group in values.GroupBy(value => value.Key).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var (index, last) = (0, (string?)null);
            foreach (var (key, value) in group)
            {
                if (value != last)
                {
                    last = value;
                    yield return $"{key} {index++}: {value}";
                }
            }
        }
    }

    /// <summary>How often each event was reported; those of the kubelet belong to the tests of the node; how often a pod is tried, and whether a budget is there before its pods, depends on others.</summary>
    private IEnumerable<string> Events() => _lines.Where(line => line.Kind == "Event").GroupBy(line => line.Name).Select(group => group.Last().Object)
        .Where(report => (string?)report["source"]?["component"] != "kubelet" && (string?)report["reason"] != "NoPods")
        .Select(report => (
            Key: Normal($"{report["involvedObject"]!["kind"]} {report["involvedObject"]!["name"]} {report["type"]} {report["reason"]} by {report["reportingComponent"]} "
                + $"[{report["source"]!.ToJsonString()}{report["action"]}]: {report["message"]}"),
            Count: (int?)report["series"]?["count"] ?? (int?)report["count"] ?? 1))
        .GroupBy(entry => entry.Key)
        .Select(group => $"event {group.Key}: {(group.Key.Contains("FailedScheduling", StringComparison.Ordinal) ? "" : group.Sum(entry => entry.Count))}")
        .Order(StringComparer.Ordinal);

    private IEnumerable<string> Final() => _lines.Where(line => line.Kind != "Event").GroupBy(line => (line.Kind, line.Name)).Select(group => group.Last())
        .Where(line => line.Type != "DELETED").Select(line => $"at last {line.Kind} {Normal(Plain(line).ToJsonString())}").Order(StringComparer.Ordinal);

    private static JsonNode Plain(LifecycleLine line)
    {
        var copy = line.Object.DeepClone().AsObject();
        var metadata = copy["metadata"]!.AsObject();
        foreach (var field in (string[])["uid", "resourceVersion", "managedFields"])
        {
            metadata.Remove(field);
        }

        foreach (var owner in metadata["ownerReferences"]?.AsArray() ?? [])
        {
            owner!.AsObject().Remove("uid");
        }

        switch (line.Kind)
        {
            case "Pod":
                // What becomes of its containers is the node's.
                copy.Remove("status");
                metadata.Remove("generation");
                metadata.Remove("deletionTimestamp");
                metadata.Remove("deletionGracePeriodSeconds");
                break;
            case "EndpointSlice":
                // How many writes there were, and what the last one followed, is a matter of seconds.
                metadata.Remove("generation");
                metadata.Remove("annotations");
                metadata["name"] = metadata["generateName"]?.DeepClone();
                foreach (var endpoint in copy["endpoints"]?.AsArray() ?? [])
                {
                    endpoint!["targetRef"]?.AsObject().Remove("uid");
                }

                if (copy["endpoints"] is JsonArray endpoints)
                {
                    copy["endpoints"] = new JsonArray([.. endpoints.OrderBy(endpoint => endpoint!.ToJsonString(), StringComparer.Ordinal).Select(endpoint => endpoint!.DeepClone())]);
                }

                break;
            default:
                break;
        }

        return Sorted(copy)!;
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject([.. members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, Sorted(member.Value)))]),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    [GeneratedRegex(@"\b(10\.244|127\.10)(\.\d+){2}\b")]
    private static partial Regex Address();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")]
    private static partial Regex Instant();
}

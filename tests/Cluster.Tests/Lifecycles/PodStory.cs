using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Scalelab.Cluster.Tests.Lifecycles;

/// <summary>
/// What became of each pod of a lifecycle: the course of its status and its events, without generated names, addresses, ids and times, and
/// without what depends on how long a process needs.
/// </summary>
internal sealed partial class PodStory(IReadOnlyList<LifecycleLine> lines)
{
    /// <summary>The pods in the order in which they came.</summary>
    public IReadOnlyList<string> Pods { get; } = [.. lines.Where(line => line is { Kind: "Pod", Type: "ADDED" }).Select(line => line.Name)];

    /// <summary>The different states of a pod, one after the other, with how long each was to be seen, in seconds.</summary>
    public List<(string Text, double Length)> States(string pod)
    {
        var states = new List<(string Text, double From)>();
        foreach (var line in lines.Where(line => line.Kind == "Pod" && line.Name == pod))
        {
            var state = State(line);
            if (states.Count == 0 || states[^1].Text != state)
            {
                states.Add((state, line.Time));
            }
        }

        return [.. states.Select((state, index) => (state.Text, index + 1 < states.Count ? states[index + 1].From - state.From : double.MaxValue))];
    }

    /// <summary>The different events of a pod in the order of their first occurrence, with how often each came.</summary>
    public List<(string Text, int Count)> Events(string pod) =>
    [
        .. lines.Where(line => line.Kind == "Event" && (string?)line.Object["involvedObject"]!["name"] == pod)
            .GroupBy(line => line.Name).Select(group => group.Last().Object)
            .Select(report => (
                Text: Nameless(Plain($"{report["type"]} {report["reason"]} by {report["reportingComponent"]} of {report["involvedObject"]!["fieldPath"]}: {report["message"]}"), pod),
                Count: (int?)report["count"] ?? 1)),
    ];

    private static string Nameless(string text, string pod) => Regex.Replace(text, $@"\b{Regex.Escape(pod)}\b", "POD");

    private static string State(LifecycleLine line)
    {
        var (metadata, status) = (line.Object["metadata"]!, line.Object["status"]!.DeepClone().AsObject());
        status.Remove("hostIPs");
        status.Remove("podIPs");

        // The recorded kubelet reads a limit from control groups where there is none.
        status.Remove("resources");
        foreach (var field in (string[])["hostIP", "podIP", "startTime"])
        {
            if (status.ContainsKey(field))
            {
                status[field] = "...";
            }
        }

        var conditions = (status["conditions"]?.AsArray() ?? []).Select(condition => $"{condition!["type"]} {condition["observedGeneration"]} {condition["status"]} {condition["reason"]} {condition["message"]}").ToList();
        status["conditions"] = string.Join(", ", conditions);
        return Plain($"{line.Type == "DELETED"} {metadata["generation"]} {metadata["deletionGracePeriodSeconds"]} {Sorted(status)!.ToJsonString()}");
    }

    private static string Plain(string text) => Instant().Replace(Id().Replace(Uid().Replace(text.Replace("\\u0022", "\\\"", StringComparison.Ordinal), "UID"), "ID"), "TIME")
        .Replace("kube-api-access-", "", StringComparison.Ordinal);

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject([.. members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, member.Key == "volumeMounts" ? "..." : Sorted(member.Value)))]),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uid();

    [GeneratedRegex(@"\w+(://|:)[0-9a-f]{64}")]
    private static partial Regex Id();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")]
    private static partial Regex Instant();
}

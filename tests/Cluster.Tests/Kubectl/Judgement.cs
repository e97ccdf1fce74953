using System.Text.RegularExpressions;

namespace Scalelab.Cluster.Tests.Kubectl;

/// <summary>Whether what a command printed is what was recorded.</summary>
internal static partial class Judgement
{
    /// <summary>Names are partly drawn at random, and lists are sorted by name.</summary>
    private static readonly string[] Unordered = ["45-get-rs", "52-get-events", "53-get-events-sorted", "54-events", "56-get-all"];

    /// <summary>What is seen on the way to the end depends on how long each step takes.</summary>
    private static readonly string[] Ways = ["16-rollout-status", "20-rollout-status2", "90-rollout-status3"];

    /// <summary>How far the pods have come by then, likewise.</summary>
    private const string Early = "15-get-pods-early";

    /// <summary>Each recorded version's text, in the order of the versions, against what was printed.</summary>
    public static Verdict Of(Transcript run, IReadOnlyList<Transcript> recorded)
    {
        var actual = Lines(run);
        var expected = recorded.Select(Lines).ToList();
        if (expected.Any(lines => lines.SequenceEqual(actual)))
        {
            return Verdict.Equal;
        }

        if (Ways.Contains(run.Id))
        {
            return actual[^2..].SequenceEqual(expected[0][^2..]) && actual[..^2].All(line => line.StartsWith("Waiting for deployment ", StringComparison.Ordinal))
                ? Verdict.Equal
                : Verdict.Different;
        }

        // A version between two recorded ones has some lines of the older and some of the newer, and all that both have.
        var all = expected.SelectMany(lines => lines).ToHashSet(StringComparer.Ordinal);
        var common = expected.Aggregate<IEnumerable<string>>((one, other) => one.Intersect(other));
        return actual.All(all.Contains) && common.All(actual.Contains) ? Verdict.Between : Verdict.Different;
    }

    /// <summary>Whether a command sent the requests that were recorded. Who waits for a rollout that is over at the first look watches nothing.</summary>
    public static bool HasRequests(string id, IReadOnlyList<string> actual, IReadOnlyList<string> recorded) =>
        actual.SequenceEqual(recorded) || (Ways.Contains(id) && actual.Count == recorded.Count - 1 && recorded[^1].Contains("watch=true", StringComparison.Ordinal) && actual.SequenceEqual(recorded.SkipLast(1)));

    /// <summary>The requests of a command, masked, without those for what only the recorder's cluster has.</summary>
    public static IReadOnlyList<string> Requests(Transcript transcript) =>
        [.. transcript.Requests.Where(request => !request.Contains("openshift-service-ca.crt", StringComparison.Ordinal)).Select(Masks.ApplyToRequest)];

    /// <summary>What is compared: the masked text and the exit code.</summary>
    public static string Text(Transcript transcript) => string.Join('\n', Lines(transcript));

    private static List<string> Lines(Transcript transcript)
    {
        var lines = Masks.Apply(transcript.Text).Split('\n').SkipLast(1);
        lines = transcript.Id == Early ? lines.Select(line => Begun().Replace(line, "0/1  STARTING")) : lines;
        lines = Unordered.Contains(transcript.Id) ? lines.Distinct().Order(StringComparer.Ordinal) : lines;
        return [.. lines, $"# exit {transcript.Exit}"];
    }

    [GeneratedRegex("[01]/1  (STARTING|Running)")]
    private static partial Regex Begun();
}

/// <summary>How a text compares with the recorded ones.</summary>
internal enum Verdict
{
    /// <summary>It is what a recorded version printed.</summary>
    Equal,

    /// <summary>Each line is one that a recorded version printed, and all that they have in common are there.</summary>
    Between,

    /// <summary>Neither.</summary>
    Different,
}

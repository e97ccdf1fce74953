using Scalelab.Cluster.Tests.Node;

namespace Scalelab.Cluster.Tests.Lifecycles;

/// <summary>
/// What becomes of a pod on its node follows the same course as on a real one, recording by recording: each status, field by field, in the same
/// order, and the same events about as often. Needs the recordings in <c>../shared/kubernetes/lifecycles</c>.
/// </summary>
public sealed class PodLifecycleTests(ITestOutputHelper output)
{
    // What could be seen for so short a time, in seconds, might as well not have been seen.
    private const double Fleeting = 0.2;

    // The recorded node learned of these pods' first run after its end; ours has seen them run.
    private static readonly string[] SeenTooLate = ["never0", "onfailure1"];

    [Theory]
    [InlineData("container-exits")]
    [InlineData("delete-grace")]
    [InlineData("init-and-pull")]
    [InlineData("liveness-crash-loop")]
    [InlineData("readiness-flap")]
    public async Task Pods_OfARecording_TakeTheSameCourse(string name)
    {
        var recording = Lifecycle.Read(name);
        await using var cluster = await PlayedCluster.StartAsync(new OutputLoggers(output));
        var player = new PodLifecyclePlayer(recording, cluster);

        await player.PlayAsync();

        var (expected, actual) = (new PodStory(recording.Lines), new PodStory(player.Lines));
        Assert.Equal(expected.Pods.Count, actual.Pods.Count);
        var differences = player.Problems.Concat(expected.Pods.Zip(actual.Pods).SelectMany(pair => Differences(pair.First, expected, pair.Second, actual))).ToList();
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    private static IEnumerable<string> Differences(string recorded, PodStory expected, string present, PodStory actual) =>
        States(expected.States(recorded), actual.States(present)).Where(line => !SeenTooLate.Contains(recorded) || !IsOfFirstRun(line))
            .Concat(Events(expected.Events(recorded), actual.Events(present)))
            .Select(line => $"{recorded} {line}");

    private static bool IsOfFirstRun(string state) => state.Contains("\"lastState\":{}", StringComparison.Ordinal) && state.Contains("\"containerID\"", StringComparison.Ordinal);

    /// <summary>Ours may have gone on a little further than the recorded pod when the recording ended: its waits are shorter by kubelet's rounds.</summary>
    private static IEnumerable<string> States(IEnumerable<(string Text, double Length)> before, IEnumerable<(string Text, double Length)> now)
    {
        var (expected, actual) = (before.ToList(), now.Select(state => state.Text).ToList());
        var differences = Difference([.. expected.Select(state => state.Text)], actual).ToList();
        return differences.Where(line => line.Expected >= 0 ? expected[line.Expected].Length >= Fleeting : !line.IsAtTheEnd).Select(line => line.Text);
    }

    private static IEnumerable<string> Events(List<(string Text, int Count)> before, List<(string Text, int Count)> now)
    {
        foreach (var line in Difference([.. before.Select(one => one.Text)], [.. now.Select(one => one.Text)]))
        {
            yield return $"event {line.Text}";
        }

        foreach (var (text, count) in before)
        {
            var ours = now.FirstOrDefault(one => one.Text == text).Count;
            if (ours > 0 && Math.Abs(ours - count) > Math.Max(1, count / 3))
            {
                yield return $"event {text}: {count} times, here {ours}";
            }
        }
    }

    /// <summary>What one sequence has that the other has not, by their longest common subsequence: where it was expected, or -1.</summary>
    private static IEnumerable<(int Expected, bool IsAtTheEnd, string Text)> Difference(List<string> expected, List<string> actual)
    {
        var common = new int[expected.Count + 1, actual.Count + 1];
        for (var i = expected.Count - 1; i >= 0; i--)
        {
            for (var j = actual.Count - 1; j >= 0; j--)
            {
                common[i, j] = expected[i] == actual[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        var (left, right) = (0, 0);
        while (left < expected.Count || right < actual.Count)
        {
            if (left < expected.Count && right < actual.Count && expected[left] == actual[right])
            {
                left++;
                right++;
            }
            else if (right == actual.Count || (left < expected.Count && common[left + 1, right] >= common[left, right + 1]))
            {
                yield return (left, false, $"- {expected[left]}");
                left++;
            }
            else
            {
                yield return (-1, left == expected.Count, $"+ {actual[right]}");
                right++;
            }
        }
    }
}

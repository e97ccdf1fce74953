using System.Text.Json.Nodes;
using Scalelab.Cluster.Tests.Api;

namespace Scalelab.Cluster.Tests.Replay;

/// <summary>
/// Replays what was recorded from a real Kubernetes, read from <c>../shared/kubernetes/scenarios</c> beside the repository; skipped where
/// that is absent. What does not pass must stand in <c>failing.txt</c>, and what stands there must not pass: ACCEPT=1 rewrites the list and
/// the table in the docs.
/// </summary>
public abstract class ReplayTests(RunningCluster cluster)
{
    /// <summary>
    /// managedFields are ordered by times of whole seconds, then by name: writes that fell into one second when they were recorded must do so
    /// again, which a busy machine does not grant every time.
    /// </summary>
    private const int Attempts = 3;

    private const string None = "(no recordings)";

    private static bool Accepts => Environment.GetEnvironmentVariable("ACCEPT") == "1";

    private bool HasNode => cluster.Nodes > 0;

    public static TheoryData<string> Scenarios() => Recordings.FolderPath is { } folder
        ? [.. Directory.EnumerateFiles(folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)]
        : [None];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Replay_OfARecordedScenario_DiffersOnlyWhereTheListSays(string scenario)
    {
        Assert.SkipWhen(scenario == None, "needs the recordings in ../shared/kubernetes/scenarios");
        var listed = Exceptions.Of(scenario, HasNode);
        var recorded = Scenario.Read(Path.Combine(Recordings.FolderPath!, scenario + ".json"));
        var failures = await new Replayer(cluster).RunAsync(recorded, TestContext.Current.CancellationToken);
        for (var attempt = 2; attempt <= Attempts && failures.Keys.Except(listed.Keys).Any(); attempt++)
        {
            await using var fresh = new RunningCluster { Nodes = cluster.Nodes };
            await fresh.InitializeAsync();
            var again = await new Replayer(fresh).RunAsync(recorded, TestContext.Current.CancellationToken);
            failures = failures.Where(failure => again.ContainsKey(failure.Key)).ToDictionary();
        }

        var report = string.Join('\n', failures.Select(failure => $"{failure.Key}\n    {string.Join("\n    ", failure.Value)}"));
        TestContext.Current.TestOutputHelper?.WriteLine($"{scenario}: {recorded.Exchanges.Count - failures.Count} of {recorded.Exchanges.Count}\n{report}");
        if (Accepts)
        {
            Exceptions.Accept(scenario, HasNode, [.. failures.Keys]);
            return;
        }

        var unlisted = failures.Keys.Except(listed.Keys).ToList();
        var passing = listed.Where(entry => entry.Value.IsSure && !failures.ContainsKey(entry.Key)).Select(entry => entry.Key).ToList();
        Assert.True(unlisted.Count == 0, $"{scenario}: not as recorded and not in the list: {string.Join(", ", unlisted)}.\n{report}");
        Assert.True(passing.Count == 0, $"{scenario}: as recorded but still in the list: {string.Join(", ", passing)}. ACCEPT=1 takes them out.");
    }
}

/// <summary>Against a cluster without nodes, where nothing happens to pods between two requests.</summary>
public sealed class BareReplayTests(RunningCluster cluster) : ReplayTests(cluster), IClassFixture<RunningCluster>
{
    [Fact]
    public void List_OfWhatDiffers_HasAReasonForEachAndStandsInTheDocs()
    {
        Assert.Empty(Exceptions.UnexplainedLines());
        if (Recordings.FolderPath is not { } folder)
        {
            Assert.Skip("needs the recordings in ../shared/kubernetes/scenarios");
            return;
        }

        var counts = Directory.EnumerateFiles(folder, "*.json")
            .ToDictionary(file => Path.GetFileNameWithoutExtension(file), file => JsonNode.Parse(File.ReadAllText(file))!["exchanges"]!.AsArray().Count);
        var path = Path.Combine(Exceptions.Root(), Exceptions.TablePath);
        var text = File.ReadAllText(path);
        var wanted = text[..text.IndexOf("| scenario |", StringComparison.Ordinal)] + Exceptions.Table(counts);
        if (Environment.GetEnvironmentVariable("ACCEPT") == "1")
        {
            File.WriteAllText(path, wanted);
            return;
        }

        Assert.Equal(wanted, text);
    }
}

/// <summary>Against a cluster with a node, as the recordings were made.</summary>
public sealed class NodeReplayTests(ClusterWithNode cluster) : ReplayTests(cluster.Cluster), IClassFixture<ClusterWithNode>;

/// <summary>A cluster with one node.</summary>
public sealed class ClusterWithNode : IAsyncLifetime
{
    public RunningCluster Cluster { get; } = new() { Nodes = 1 };

    public ValueTask InitializeAsync() => Cluster.InitializeAsync();

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();
}

using System.Globalization;
using Scalelab.Cluster.Tests.Api;

namespace Scalelab.Cluster.Tests.Replay;

/// <summary>
/// Replays what was recorded from a real Kubernetes, read from <c>../shared/kubernetes/scenarios</c> beside the repository; skipped where
/// that is absent. <c>passing.txt</c> says how many exchanges of each scenario must pass; ACCEPT=1 raises it to what passes now.
/// </summary>
public sealed class ReplayTests(RunningCluster cluster) : IClassFixture<RunningCluster>
{
    /// <summary>
    /// managedFields are ordered by times of whole seconds, then by name: writes that fell into one second when they were recorded must do so
    /// again, which a busy machine does not grant every time.
    /// </summary>
    private const int Attempts = 3;

    private static readonly string Table = Path.Combine(SourceFolder(), "passing.txt");

    public static TheoryData<string> Scenarios() => [.. Minimums().Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Replay_OfARecordedScenario_PassesAtLeastWhatItPassedBefore(string file)
    {
        if (Recordings.FolderPath is not { } folder)
        {
            Assert.Skip("needs the recordings in ../shared/kubernetes/scenarios");
            return;
        }

        var scenario = Scenario.Read(Path.Combine(folder, file + ".json"));
        var minimum = Minimums()[file];
        var failures = await new Replayer(cluster).RunAsync(scenario, TestContext.Current.CancellationToken);
        for (var attempt = 2; attempt <= Attempts && scenario.Exchanges.Count - failures.Count < minimum; attempt++)
        {
            await using var fresh = new RunningCluster();
            await fresh.InitializeAsync();
            failures = await new Replayer(fresh).RunAsync(scenario, TestContext.Current.CancellationToken);
        }

        var passed = scenario.Exchanges.Count - failures.Count;
        var report = string.Join('\n', failures.Select(failure => $"{failure.Key}\n    {string.Join("\n    ", failure.Value)}"));
        TestContext.Current.TestOutputHelper?.WriteLine($"{file}: {passed} of {scenario.Exchanges.Count}\n{report}");
        if (passed > minimum && Environment.GetEnvironmentVariable("ACCEPT") == "1")
        {
            await File.WriteAllLinesAsync(
                Table,
                Minimums().Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Key} {(entry.Key == file ? passed : entry.Value)}")),
                TestContext.Current.CancellationToken);
        }

        Assert.True(passed >= minimum, $"{file}: {passed} of {scenario.Exchanges.Count} exchanges pass, {minimum} must.\n{report}");
    }

    private static SortedDictionary<string, int> Minimums() => new(
        File.ReadAllLines(Table).Select(line => line.Split(' ')).ToDictionary(parts => parts[0], parts => int.Parse(parts[1], CultureInfo.InvariantCulture)),
        StringComparer.Ordinal);

    /// <summary>The table is read and written where it is checked in, not where it is built to.</summary>
    private static string SourceFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Infra.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException($"No Infra.sln above {AppContext.BaseDirectory}.");
        }

        return Path.Combine(folder.FullName, "tests", "Cluster.Tests", "Replay");
    }
}

namespace Scalelab.Cluster.Tests.Kubectl;

/// <summary>
/// Performs what was recorded with kubectl against a real Kubernetes, read from <c>../shared/kubernetes/kubectl</c> beside the repository, with
/// the kubectl on the PATH; skipped where either is absent. A kubectl of a recorded version must print what that version printed, any other one
/// what one of them printed; <c>differences.txt</c> lists what differs and why.
/// </summary>
public sealed class KubectlTests(KubectlSession session) : IClassFixture<KubectlSession>
{
    public static TheoryData<string> Commands() => KubectlSession.Folder is { } folder
        ? [.. Transcript.ReadAll(Path.Combine(folder, "1.36")).Select(transcript => transcript.Id)]
        : ["none"];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Command_OfARecordedSession_PrintsWhatWasRecorded(string id)
    {
        Assert.SkipWhen(session.Skipped is not null, session.Skipped ?? "");
        var run = session.Of(id);
        var recorded = Recorded(id);
        Report(run, recorded);

        var verdict = Judgement.Of(run, recorded.Values.ToList());

        if (verdict is Verdict.Different && Differences.Of(id) is { } known && (known.IsCluster || recorded.Count > 1))
        {
            Assert.Skip(known.Reason);
        }

        Assert.True(
            verdict is not Verdict.Different,
            $"$ {run.Command}\n{run.Text}# exit {run.Exit}\n\nmasked:\n{Judgement.Text(run)}\n\n{string.Join("\n\n", recorded.Select(one => $"recorded with {one.Key}:\n{Judgement.Text(one.Value)}"))}");
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Requests_OfARecordedCommand_AreThoseRecorded(string id)
    {
        Assert.SkipWhen(session.Skipped is not null, session.Skipped ?? "");
        var actual = Judgement.Requests(session.Of(id));
        var recorded = Recorded(id).ToDictionary(one => one.Key, one => Judgement.Requests(one.Value));

        var isEqual = recorded.Values.Any(requests => Judgement.HasRequests(id, actual, requests));

        if (!isEqual && Differences.Of(id + "/requests") is { } known && (known.IsCluster || recorded.Count > 1))
        {
            Assert.Skip(known.Reason);
        }

        Assert.True(
            isEqual,
            $"$ {session.Of(id).Command}\n{string.Join('\n', actual)}\n\n{string.Join("\n\n", recorded.Select(one => $"recorded with {one.Key}:\n{string.Join('\n', one.Value)}"))}");
    }

    /// <summary>Whether all that is compared is as recorded, or known to differ.</summary>
    internal static bool AreAsRecorded(KubectlSession session) => Transcript.ReadAll(Path.Combine(KubectlSession.Folder!, "1.36")).All(one =>
    {
        var recorded = Recorded(session, one.Id).Values;
        var run = session.Of(one.Id);
        return (Judgement.Of(run, [.. recorded]) is not Verdict.Different || Differences.Of(one.Id) is not null)
            && (recorded.Any(transcript => Judgement.HasRequests(one.Id, Judgement.Requests(run), Judgement.Requests(transcript))) || Differences.Of(one.Id + "/requests") is not null);
    });

    private SortedDictionary<string, Transcript> Recorded(string id) => Recorded(session, id);

    private static SortedDictionary<string, Transcript> Recorded(KubectlSession session, string id)
    {
        var folder = KubectlSession.Folder!;
        var versions = Directory.EnumerateDirectories(folder).Select(path => Path.GetFileName(path)!).ToList();
        return new SortedDictionary<string, Transcript>(
            (versions.Contains(session.Version) ? [session.Version] : versions)
            .ToDictionary(version => version, version => Transcript.ReadAll(Path.Combine(folder, version)).Single(transcript => transcript.Id == id)),
            StringComparer.Ordinal);
    }

    /// <summary>For whoever looks for a difference: everything as it was compared, in the folder that KUBECTL_REPORT names.</summary>
    private static void Report(Transcript run, IReadOnlyDictionary<string, Transcript> recorded)
    {
        if (Environment.GetEnvironmentVariable("KUBECTL_REPORT") is not { Length: > 0 } report)
        {
            return;
        }

        Directory.CreateDirectory(report);
        File.WriteAllText(Path.Combine(report, run.Id + ".raw"), run.Text);
        File.WriteAllLines(Path.Combine(report, run.Id + ".requests"), run.Requests);
        File.WriteAllText(Path.Combine(report, run.Id + ".actual"), Judgement.Text(run) + "\n");
        foreach (var (version, transcript) in recorded)
        {
            File.WriteAllText(Path.Combine(report, $"{run.Id}.{version}"), Judgement.Text(transcript) + "\n");
        }
    }
}

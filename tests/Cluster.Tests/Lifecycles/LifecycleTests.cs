namespace Scalelab.Cluster.Tests.Lifecycles;

/// <summary>
/// What the controllers do follows the same course as in a real cluster, recording by recording: sizes, conditions, revisions, events and the
/// objects that are left, field by field. Needs the recordings in <c>../shared/kubernetes/lifecycles</c>.
/// </summary>
public sealed class LifecycleTests
{
    [Theory]
    [InlineData("adoption")]
    [InlineData("delete-background")]
    [InlineData("delete-foreground")]
    [InlineData("deploy-three")]
    [InlineData("failed-rollout-undo")]
    [InlineData("pause-resume")]
    [InlineData("pdb-eviction")]
    [InlineData("revision-history")]
    [InlineData("rolling-default")]
    [InlineData("rolling-recreate")]
    [InlineData("rolling-surge0-unavailable1")]
    [InlineData("rolling-surge100-percent")]
    [InlineData("rollout-restart")]
    [InlineData("scale-up-down")]
    [InlineData("unschedulable-cpu")]
    public async Task Actions_OfARecording_HaveTheSameConsequences(string name)
    {
        var differences = await PlayAsync(Lifecycle.Read(name));
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    private static async Task<List<string>> PlayAsync(Lifecycle recording)
    {
        await using var player = new LifecyclePlayer(recording);

        await player.PlayAsync();

        var (expected, actual) = (new Story(recording.Lines).Facts(), player.Story.Facts());
        var differences = expected.Except(actual).Select(fact => "- " + fact).Concat(actual.Except(expected).Select(fact => "+ " + fact)).OrderBy(line => line[2..], StringComparer.Ordinal);
        return [.. player.Problems, .. differences];
    }
}

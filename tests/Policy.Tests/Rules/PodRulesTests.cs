using Scalelab.Policy.Framework;
using Scalelab.Policy.Kubernetes;
using Scalelab.Policy.Tests.Support;

namespace Scalelab.Policy.Tests.Rules;

/// <summary>What holds for every rule about pods, whatever kind carries them.</summary>
public sealed class PodRulesTests
{
    public static TheoryData<int> Changes => [.. Enumerable.Range(0, BadPods.All.Count)];

    [Theory]
    [MemberData(nameof(Changes))]
    public void Check_OfBadPods_FindsThemInEveryKindThatCarriesPods(int index)
    {
        var change = BadPods.All[index];
        var rule = Pack.Create().Find(change.Rule)!;

        foreach (var (carrier, pods) in Good.Carriers)
        {
            var isJob = carrier.Type.StartsWith("kubernetes:batch", StringComparison.Ordinal);
            var violations = rule.Violations(change.Applied(carrier, pods));
            if (isJob && !change.AlsoJobs)
            {
                Assert.Empty(violations);
                continue;
            }

            Assert.NotEmpty(violations);
            Assert.All(violations, message => Assert.Contains(pods + "spec", message, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Pack_EveryPodRule_HasABadExample() => Assert.Equal(
        Pack.Create().Rules.OfType<PodRule>().Select(rule => rule.Name).Order(),
        BadPods.All.Select(change => change.Rule).Distinct().Order());

    [Theory]
    [MemberData(nameof(Changes))]
    public void Check_OfBadPodsWhoseTextsAreSecret_QuotesNone(int index)
    {
        var change = BadPods.All[index];
        var bad = change.Applied(Good.Deployment, "spec.template.");
        string[] texts = [.. bad.Texts.Select(path => bad.Find(path)!.GetValue<string>()).Where(text => text.Length >= 4)];
        var secret = bad.Texts.Aggregate(bad, (manifest, path) => manifest.With(path, Manifest.Secret(manifest.Find(path)!.DeepClone())));

        var messages = Judge.Verdicts(Pack.Create().Rules, StackInfo.Unknown, [secret]).OfType<Violation>()
            .Select(violation => SecretBlot.Apply(violation.Message, violation.Resource.Properties));

        Assert.All(messages, message => Assert.All(texts, text => Assert.DoesNotContain(text, message, StringComparison.Ordinal)));
    }
}

using System.Text.RegularExpressions;
using Scalelab.Policy.Framework;
using Scalelab.Policy.Tests.Support;

namespace Scalelab.Policy.Tests.Rules;

public sealed partial class AllRulesTests
{
    private static readonly Manifest[] GoodStack = [Good.Deployment, Good.Service, Good.Autoscaler, Good.InferenceService];

    [Fact]
    public void Check_OfGoodStack_FindsNothing() => Assert.Empty(Messages(GoodStack));

    [Fact]
    public void Check_OfGoodPodsOfAnyKind_FindsNothing()
    {
        foreach (var (carrier, _) in Good.Carriers)
        {
            Assert.Empty(Messages([carrier, Good.Service]));
        }
    }

    /// <summary>In a preview anything may be unknown, at any depth. What is unknown breaks no rule: the update looks again when it is known.</summary>
    [Fact]
    public void Check_OfGoodStackWithAnyValueUnknown_FindsNothing()
    {
        for (var index = 0; index < GoodStack.Length; index++)
        {
            foreach (var path in GoodStack[index].Paths)
            {
                Manifest[] stack = [.. GoodStack];
                stack[index] = stack[index].With(path, Manifest.Unknown);

                Assert.Empty(Messages(stack));
            }
        }
    }

    /// <summary>A resource of another provider may look like anything.</summary>
    [Fact]
    public void Check_OfForeignResources_FindsNothing() => Assert.Empty(Judge.Verdicts(
        Pack.Create().Rules,
        StackInfo.Unknown,
        [Manifest.Of("nonsense", """{ "spec": [] }"""), Manifest.Of("apps/v1:Deployment:more", """{ "spec": 7 }""")]));

    [Fact]
    public void Check_OfMalformedPods_DoesNotFail() => Judge.Verdicts(
        Pack.Create().Rules,
        StackInfo.Unknown,
        [
            Manifest.Of("apps/v1:Deployment", "{}"),
            Manifest.Of("core/v1:Pod", """{ "metadata": 1, "spec": { "containers": [null, "x", { "resources": [], "env": {}, "image": 7 }] } }""", "odd"),
            Manifest.Of("core/v1:Service", """{ "spec": { "ports": [{ "nodePort": "http" }] } }"""),
            Manifest.Of("autoscaling/v2:HorizontalPodAutoscaler", """{ "spec": { "metrics": [{}], "scaleTargetRef": null } }"""),
        ]);

    [Fact]
    public void Rules_AreDescribed()
    {
        var rules = Pack.Create().Rules;
        Assert.Equal(rules.Length, rules.Select(rule => rule.Name).Distinct().Count());
        Assert.Equal(rules.Select(rule => rule.Name).Order(StringComparer.Ordinal), rules.Select(rule => rule.Name));
        Assert.All(rules, rule =>
        {
            Assert.Matches(KebabCase(), rule.Name);
            // Longer ones are no names of Kubernetes annotations.
            Assert.InRange(rule.Name.Length, 1, 63);
            Assert.NotEqual("all", rule.Name);
            Assert.EndsWith(".", rule.Description, StringComparison.Ordinal);
        });
    }

    private static IEnumerable<string> Messages(IReadOnlyList<Manifest> stack) =>
        Judge.Verdicts(Pack.Create().Rules, StackInfo.Unknown, stack).OfType<Violation>().Select(violation => $"{violation.Rule.Name}: {violation.Message}");

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)+$")]
    private static partial Regex KebabCase();
}

using System.Text.Json.Nodes;
using Scalelab.Policy.Framework;
using Scalelab.Policy.Rules;
using Scalelab.Policy.Tests.Support;

namespace Scalelab.Policy.Tests.Rules;

public sealed class PodRuleDetailsTests
{
    private const string Pods = "spec.template.spec.";
    private const string Container = $"{Pods}containers[0].";

    [Theory]
    [InlineData("registry:5000/app", "which means 'latest'")]
    [InlineData("registry:5000/app:latest", "is 'registry:5000/app:latest', whatever was pushed last")]
    [InlineData("app:1", "a tag that can be pushed again")]
    public void Images_WithoutDigest_SayWhy(string image, string why) =>
        Assert.Contains(why, Assert.Single(new ImagesByDigest().Violations(Good.Deployment.With($"{Container}image", image))), StringComparison.Ordinal);

    [Fact]
    public void Images_WithTagAndDigest_AreFine() =>
        Assert.Empty(new ImagesByDigest().Violations(Good.Deployment.With($"{Container}image", $"registry:5000/app:1.2@{Good.Digest}")));

    [Theory]
    [InlineData("API_TOKEN")]
    [InlineData("dbPassword")]
    [InlineData("aws.secret.access.key")]
    [InlineData("OPENAI_API_KEY")]
    [InlineData("CONNECTION_STRING")]
    public void Secrets_ByTheirName_AreFoundAndNotQuoted(string name)
    {
        var message = Assert.Single(new NoSecretsInEnvironment().Violations(WithVariable(name, "hunter22")));

        Assert.Contains(name, message, StringComparison.Ordinal);
        Assert.Contains("secretKeyRef", message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter22", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MAX_TOKENS")]
    [InlineData("TOKENIZERS_PARALLELISM")]
    [InlineData("MAX_TOTAL_TOKENS")]
    [InlineData("PASSWORD_FILE")]
    [InlineData("SECRET_NAME")]
    [InlineData("TOKEN_URL")]
    [InlineData("KEYBOARD")]
    [InlineData("MONKEY")]
    public void Secrets_ThatOnlySoundLikeIt_AreNone(string name) => Assert.Empty(new NoSecretsInEnvironment().Violations(WithVariable(name, "x")));

    [Fact]
    public void Secrets_ThatAreEmpty_AreNone() => Assert.Empty(new NoSecretsInEnvironment().Violations(WithVariable("PASSWORD", "")));

    [Fact]
    public void Privileges_WithAReason_AreExempt()
    {
        var privileged = Good.Deployment.With($"{Pods}hostNetwork", true);
        Assert.Contains("policy.scalelab/privileges-need-a-reason", Assert.Single(new PrivilegesNeedAReason().Violations(privileged)), StringComparison.Ordinal);

        foreach (var metadata in new[] { "metadata", "spec.template.metadata" })
        {
            var verdict = Judge.Verdicts(
                [new PrivilegesNeedAReason()], StackInfo.Unknown, [privileged.With($"{metadata}.annotations.policy~scalelab/privileges-need-a-reason", "measures the node's network")]);
            Assert.Equal("measures the node's network", Assert.IsType<Exempt>(Assert.Single(verdict)).Reason);
        }
    }

    [Fact]
    public void Privileges_WithAnEmptyReason_AreViolations() => Assert.Single(new PrivilegesNeedAReason().Violations(
        Good.Deployment.With($"{Pods}hostNetwork", true).With("metadata.annotations.policy~scalelab/privileges-need-a-reason", " ")));

    [Fact]
    public void Root_OfThePod_CountsWhereAContainerSaysNothingElse()
    {
        var root = Good.Deployment.With($"{Pods}securityContext", new JsonObject { ["runAsUser"] = 0 });

        Assert.Empty(new PrivilegesNeedAReason().Violations(root));
        Assert.Single(new PrivilegesNeedAReason().Violations(root.Without($"{Container}securityContext.runAsUser")));
    }

    [Fact]
    public void Probes_OfPodWithoutDeclaredPorts_MayBeOfAnyContainer()
    {
        var pods = Good.Deployment.Without($"{Container}ports").With($"{Pods}initContainers", new JsonArray());
        Assert.Empty(new ServersHaveReadinessProbes().Violations(pods));
        Assert.Single(new ServersHaveReadinessProbes().Violations(pods.Without($"{Container}readinessProbe")));
    }

    [Fact]
    public void Probes_OfPodThatRunsToCompletion_AreNotAskedFor() => Assert.Empty(new ServersHaveReadinessProbes().Violations(
        Good.Carriers.Single(carrier => carrier.Pods.Length == 0).Manifest.Without("spec.containers[0].readinessProbe").With("spec.restartPolicy", "Never")));

    [Fact]
    public void Termination_WithTheDefaultGracePeriod_IsHeldAgainstThirtySeconds()
    {
        var pods = Good.Deployment.Without($"{Pods}terminationGracePeriodSeconds");
        Assert.Empty(new TerminationOutlastsDrain().Violations(pods));

        var message = Assert.Single(new TerminationOutlastsDrain().Violations(pods.With($"{Container}lifecycle.preStop.exec.command", new JsonArray("sleep", "25"))));
        Assert.Contains("not set, hence 30", message, StringComparison.Ordinal);
        Assert.Contains("Set it above 30", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Termination_WithADrainOfTheServersOwn_CountsThat()
    {
        const string Annotation = "spec.template.metadata.annotations.policy~scalelab/drain-seconds";
        Assert.Empty(new TerminationOutlastsDrain().Violations(Good.Deployment.With(Annotation, "49")));
        Assert.Single(new TerminationOutlastsDrain().Violations(Good.Deployment.With(Annotation, "50")));
        Assert.Single(new TerminationOutlastsDrain().ViolationsWith("""{ "drainSeconds": 50 }""", Good.Deployment));
    }

    [Fact]
    public void Requests_OfOtherResources_AreHeldInOrderToo()
    {
        var pods = Good.Deployment.With($"{Container}resources.requests.nvidia~com/gpu", 2).With($"{Container}resources.limits.nvidia~com/gpu", 1);

        var message = Assert.Single(new ContainersHaveRequestsAndLimits().Violations(pods));

        Assert.Contains("""limits["nvidia.com/gpu"] is 1, below the request of 2""", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Requests_OfWhatTheSettingLeavesOut_AreNotAskedFor() => Assert.Empty(
        new ContainersHaveRequestsAndLimits().ViolationsWith("""{ "resources": ["memory"] }""", Good.Deployment.Without($"{Container}resources.limits.cpu")));

    private static Manifest WithVariable(string name, string value) =>
        Good.Deployment.With($"{Container}env[0]", new JsonObject { ["name"] = name, ["value"] = value });
}

using System.Text.Json.Nodes;
using Scalelab.Engine.Providers.Kubernetes.Awaiting;

namespace Scalelab.Engine.Tests.Providers.Kubernetes.Awaiting;

public sealed class PodStateTests
{
    [Theory]
    [InlineData("ErrImagePull", "failed to resolve reference: docker.io/library/nope:1: not found")]
    [InlineData("ImagePullBackOff", "Back-off pulling image \"nope:1\": ErrImagePull: manifest unknown")]
    [InlineData("ErrImagePull", "pull access denied, repository does not exist or may require authorization")]
    [InlineData("InvalidImageName", "couldn't parse image name")]
    [InlineData("CreateContainerConfigError", "secret \"login\" not found")]
    public void Trouble_OfContainerThatRetriesCannotMend_IsBelievedAtOnce(string reason, string message)
    {
        var trouble = PodState.Trouble(Waiting(reason, message))!;

        Assert.Equal(TimeSpan.Zero, trouble.Grace);
        Assert.Contains(message, trouble.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Trouble_OfRegistryThatDoesNotAnswer_HasToLast() =>
        Assert.True(PodState.Trouble(Waiting("ErrImagePull", "dial tcp: i/o timeout"))!.Grace > TimeSpan.FromSeconds(10));

    [Theory]
    [InlineData("ContainerCreating")]
    [InlineData("PodInitializing")]
    public void Trouble_OfContainerThatIsOnItsWay_IsNone(string reason) => Assert.Null(PodState.Trouble(Waiting(reason, "")));

    [Fact]
    public void Trouble_OfPodWhoseControllerCountsFailures_IsNone()
    {
        Assert.Null(PodState.Trouble(Waiting("CrashLoopBackOff", "back-off"), mayFail: true));
        Assert.Null(PodState.Trouble(Parse("""{"metadata":{"name":"p"},"status":{"phase":"Failed"}}"""), mayFail: true));
        Assert.NotNull(PodState.Trouble(Parse("""{"metadata":{"name":"p"},"status":{"phase":"Failed"}}""")));
    }

    [Fact]
    public void Trouble_OfPodThatIsGoing_IsNone()
    {
        var pod = Waiting("CrashLoopBackOff", "back-off");
        pod["metadata"]!["deletionTimestamp"] = "2026-01-01T00:00:00Z";

        Assert.Null(PodState.Trouble(pod));
    }

    private static JsonObject Waiting(string reason, string message) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = "p", ["namespace"] = "default" },
        ["status"] = new JsonObject
        {
            ["containerStatuses"] = new JsonArray(new JsonObject
            {
                ["name"] = "main",
                ["state"] = new JsonObject { ["waiting"] = new JsonObject { ["reason"] = reason, ["message"] = message } },
            }),
        },
    };

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}

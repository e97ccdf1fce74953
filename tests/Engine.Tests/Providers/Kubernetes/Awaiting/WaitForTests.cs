using System.Text.Json.Nodes;
using Scalelab.Engine.Providers.Kubernetes.Awaiting;

namespace Scalelab.Engine.Tests.Providers.Kubernetes.Awaiting;

public sealed class WaitForTests
{
    [Theory]
    [InlineData("condition=Ready", true)]
    [InlineData("condition=ready", true)]
    [InlineData("condition=Ready=true", true)]
    [InlineData("condition=Ready=False", false)]
    [InlineData("condition=Failed", false)]
    [InlineData("condition=Old", false)]
    [InlineData("jsonpath={.status.phase}", true)]
    [InlineData("jsonpath={.status.phase}=Running", true)]
    [InlineData("jsonpath={.status.phase}=Pending", false)]
    [InlineData("jsonpath={.status.missing}", false)]
    [InlineData("jsonpath={.status.replicas}=3", true)]
    [InlineData("jsonpath={ $.status.on }=true", true)]
    [InlineData("jsonpath={.status.conditions[?(@.type==\"Ready\")].status}=True", true)]
    [InlineData("jsonpath={.status.conditions}", true)]
    [InlineData("[\"condition=Ready\", \"jsonpath={.status.phase}=Running\"]", true)]
    [InlineData("[\"condition=Ready\", \"condition=Failed\"]", false)]
    public void Judge_OfObject_TellsWhetherAllHold(string text, bool expected)
    {
        Assert.True(WaitFor.TryParse(text, out var waitFor, out var error), error);

        Assert.Equal(expected, waitFor.Judge(Live()).IsReady);
    }

    [Fact]
    public void Judge_OfObjectThatItsControllerHasNotSeen_Waits()
    {
        var waitFor = Parse("[\"condition=Ready\", \"jsonpath={.status.phase}=Running\"]");
        var live = Live();
        live["metadata"]!["generation"] = 3L;

        Assert.False(waitFor.Judge(live).IsReady);
    }

    [Fact]
    public void Judge_WhileItWaits_SaysWhatItLastSaw()
    {
        var waitFor = Parse("[\"condition=Failed\", \"jsonpath={.status.phase}=Done\"]");

        Assert.Equal("waiting for the condition Failed to be True (it is False, Fine: all is well); waiting for {.status.phase} to be Done (it is Running)", waitFor.Judge(Live()).Message);
    }

    [Fact]
    public void Judge_OfValueThatCanNeverBeEqual_IsHopeless()
    {
        var waitFor = Parse("jsonpath={.status}=Running");

        Assert.True(waitFor.Judge(Live()).IsHopeless);
    }

    [Theory]
    [InlineData("Ready", "is not understood")]
    [InlineData("condition=", "is not understood")]
    [InlineData("condition=Ready=", "is not understood")]
    [InlineData("[]", "the list is empty")]
    [InlineData("jsonpath=.status.phase=Running", "belongs into braces")]
    [InlineData("jsonpath='{.status.phase}'", "belongs into braces")]
    [InlineData("jsonpath={.status.phase}=", "no value")]
    [InlineData("jsonpath={.status[}", "at character")]
    [InlineData("jsonpath={.status[?length(@) > 1]}", "at character")]
    public void TryParse_OfMistake_SaysWhatToWrite(string text, string expected)
    {
        Assert.False(WaitFor.TryParse(text, out _, out var error));
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    private static WaitFor Parse(string text) => WaitFor.TryParse(text, out var waitFor, out var error) ? waitFor : throw new InvalidOperationException(error);

    private static JsonObject Live() => JsonNode.Parse("""
        {"metadata":{"name":"x","generation":2},"status":{"observedGeneration":2,"phase":"Running","replicas":3,"on":true,
         "conditions":[{"type":"Ready","status":"True"},{"type":"Failed","status":"False","reason":"Fine","message":"all is well"},{"type":"Old","status":"True","observedGeneration":1}]}}
        """)!.AsObject();
}

using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Scalelab.Cli.Output;
using Scalelab.Engine;
using Scalelab.Engine.Events;

namespace Scalelab.Cli.Tests.Output;

/// <summary>Previews for machines and for pull requests.</summary>
public sealed class PreviewFormsTests : IDisposable
{
    private static readonly Urn Service = Urn.Create("pod", "scalelab", null, "kubernetes:core/v1:Service", "model");

    private readonly StringWriter _output = new();

    private Terminal Terminal => new(_output, TextWriter.Null, Width: 80, IsInteractive: false, HasColor: false, HasErrorColor: false);

    public void Dispose() => _output.Dispose();

    [Fact]
    public void Json_OfAReplacement_HasTheShapeOfTheClisDigest()
    {
        var digest = new PreviewDigest(Terminal);
        digest.Report(new Prelude(new Dictionary<string, string> { ["scalelab:registry"] = "node-0:5000", ["scalelab:token"] = "[secret]" }));
        digest.Report(Replaced(new PropertyChange("data.a", PropertyChangeKind.Update, "1", "2", ForcesReplacement: true)));
        digest.Report(new Diagnostic(DiagnosticSeverity.Warning, "careful", Service));
        digest.Finish(Result);

        var json = JsonNode.Parse(_output.ToString())!;
        Assert.Equal("""{"scalelab:registry":"node-0:5000","scalelab:token":"[secret]"}""", json["config"]!.ToJsonString());
        var step = json["steps"]![0]!;
        Assert.Equal("replace", (string)step["op"]!);
        Assert.Equal("data", (string)step["diffReasons"]![0]!);
        Assert.Equal("data.a", (string)step["replaceReasons"]![0]!);
        Assert.Equal("update-replace", (string)step["detailedDiff"]!["data.a"]!["kind"]!);
        Assert.Equal("warning", (string)json["diagnostics"]![0]!["severity"]!);
        Assert.Equal("warning: careful\n", (string)json["diagnostics"]![0]!["message"]!);
        Assert.Equal(1_500_000_000, (long)json["duration"]!);
        Assert.Equal(1, (int)json["changeSummary"]!["replace"]!);
    }

    [Fact]
    public void JsonLines_OfAnUpdate_AreTheClisEngineEvents()
    {
        var lines = new EventLines(Terminal, new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddSeconds(7)));
        lines.Report(new Prelude(new Dictionary<string, string> { ["scalelab:model"] = "m" }));
        lines.Report(new StepStarted(Replaced(new PropertyChange("data.a", PropertyChangeKind.Update, "1", "2", ForcesReplacement: true)).Step));
        lines.Report(new PolicyViolated(Service, PolicyLevel.Mandatory, "a-rule", "scalelab", "1.0.0", "Do not."));
        lines.Report(new Diagnostic(DiagnosticSeverity.Error, "no", Service));
        lines.Report(new Summary(Result));

        Assert.Equal(
            $$$$"""
            {"sequence":0,"timestamp":7,"preludeEvent":{"config":{"scalelab:model":"m"}}}
            {"sequence":1,"timestamp":7,"resourcePreEvent":{"metadata":{"op":"create-replacement","urn":"{{{{Service}}}}","type":"kubernetes:core/v1:Service","old":null,"new":null,"keys":["data.a"],"diffs":["data"],"detailedDiff":{"data.a":{"diffKind":"update-replace","inputDiff":true}},"provider":""}}}
            {"sequence":2,"timestamp":7,"policyEvent":{"resourceUrn":"{{{{Service}}}}","message":"Do not.","color":"never","policyName":"a-rule","policyPackName":"scalelab","policyPackVersion":"1.0.0","policyPackVersionTag":"1.0.0","enforcementLevel":"mandatory"}}
            {"sequence":3,"timestamp":7,"diagnosticEvent":{"urn":"{{{{Service}}}}","prefix":"error: ","message":"no\n","color":"never","severity":"error"}}
            {"sequence":4,"timestamp":7,"summaryEvent":{"maybeCorrupt":false,"durationSeconds":2,"resourceChanges":{"replace":1},"PolicyPacks":{},"isPreview":true,"result":"succeeded"}}
            {"sequence":5,"timestamp":7,"cancelEvent":{}}

            """.ReplaceLineEndings("\n"),
            _output.ToString().ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData(false, "pre create-replacement, done create-replacement, pre replace, done replace, pre delete-replaced, done delete-replaced")]
    [InlineData(true, "pre delete-replaced, done delete-replaced, pre replace, done replace, pre create-replacement, done create-replacement")]
    public void JsonLines_OfAReplacement_HaveTheThreeStepsInTheClisOrder(bool deletesFirst, string expected)
    {
        var lines = new EventLines(Terminal, new FakeTimeProvider());
        var replaced = Replaced().Step;
        var deleted = replaced with { Kind = StepKind.DeleteReplaced };
        foreach (var step in deletesFirst ? [deleted, replaced] : new[] { replaced, deleted })
        {
            lines.Report(new StepStarted(step));
            lines.Report(new StepSucceeded(step, TimeSpan.Zero));
        }

        var events = _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToArray();
        Assert.Equal(expected, string.Join(", ", events.Select(told => told["resourcePreEvent"] is { } pre ? $"pre {pre["metadata"]!["op"]}" : $"done {told["resOutputsEvent"]!["metadata"]!["op"]}")));
        Assert.Equal(2, events.Count(told => (told["resourcePreEvent"] ?? told["resOutputsEvent"])!["metadata"]!["logical"] is not null));
    }

    [Fact]
    public void Markdown_OfAChange_IsACountAndAFold()
    {
        var report = new MarkdownReport(Terminal, "pod");
        report.Report(Replaced(new PropertyChange("data.a", PropertyChangeKind.Update, 1, 2, ForcesReplacement: true)));
        report.Report(new PolicyViolated(Service, PolicyLevel.Advisory, "a-rule", "scalelab", "1.0.0", "Better not."));
        report.Finish(Result with { Outputs = new Dictionary<string, StackOutput> { ["token"] = new("abc", IsSecret: true), ["url"] = new("u", IsSecret: false) } });

        Assert.Equal(
            """
            ### Preview of <code>pod</code>: 1 to replace

            - **warning** <code>kubernetes:core/v1:Service</code> <b>model</b> advisory policy a-rule &#40;scalelab v1.0.0&#41;:<br>Better not.
            <details><summary><code>+- replace</code> <code>kubernetes:core/v1:Service</code> <b>model</b></summary>
            <pre>&#126; data.a: 1 &#61;&#62; 2 &#40;forces replacement&#41;
            </pre></details>
            <details><summary>Outputs</summary>
            <pre>&#43; token  &#91;secret&#93;
            &#43; url    u
            </pre></details>

            """.ReplaceLineEndings("\n"),
            _output.ToString().ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Markdown_OfAnything_FitsIntoAComment()
    {
        var report = new MarkdownReport(Terminal, "pod");
        var text = new string('<', 10_000);
        for (var i = 0; i < 50; i++)
        {
            report.Report(new Diagnostic(DiagnosticSeverity.Error, text, Service));
            report.Report(Replaced([.. Enumerable.Range(0, 500).Select(j => new PropertyChange($"data.{j}", PropertyChangeKind.Update, text, i, ForcesReplacement: false))]));
        }

        report.Finish(Result with { Succeeded = false });

        Assert.InRange(_output.ToString().Length, 10_000, MarkdownReport.Longest);
        Assert.Contains("More than fits", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Markdown_WithHostileValues_KeepsThemInTheirPlace()
    {
        var report = new MarkdownReport(Terminal, "pod");
        report.Report(Replaced(new PropertyChange("data.a", PropertyChangeKind.Update, "</pre><script>alert(1)</script>", "\n\n# [x](http://y) @team `", ForcesReplacement: true)));
        report.Finish(Result);

        var text = _output.ToString();
        Assert.DoesNotContain("<script", text, StringComparison.Ordinal);
        Assert.DoesNotContain("@team", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[x](", text, StringComparison.Ordinal);
        Assert.Equal(1, text.Split("</pre>").Length - 1);
        Assert.StartsWith("### Preview of <code>pod</code>: 1 to replace", text, StringComparison.Ordinal);
    }

    private static UpdateResult Result => new(
        UpdateKind.Preview, Succeeded: true, new Dictionary<StepKind, int> { [StepKind.Replace] = 1 }, new Dictionary<string, StackOutput>(), TimeSpan.FromSeconds(1.5));

    private static StepSucceeded Replaced(params PropertyChange[] changes) => new(new Step(StepKind.Replace, Service, Parent: null, Id: null, changes), TimeSpan.Zero);
}

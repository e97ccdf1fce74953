using System.Text.Json.Nodes;
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
        digest.Report(Replaced(new PropertyChange("data.a", PropertyChangeKind.Update, "1", "2", ForcesReplacement: true)));
        digest.Report(new Diagnostic(DiagnosticSeverity.Warning, "careful", Service));
        digest.Finish(Result);

        var json = JsonNode.Parse(_output.ToString())!;
        var step = json["steps"]![0]!;
        Assert.Equal("replace", (string)step["op"]!);
        Assert.Equal("data", (string)step["diffReasons"]![0]!);
        Assert.Equal("data.a", (string)step["replaceReasons"]![0]!);
        Assert.Equal("update-replace", (string)step["detailedDiff"]!["data.a"]!["kind"]!);
        Assert.Equal("warning", (string)json["diagnostics"]![0]!["severity"]!);
        Assert.Equal(1_500_000_000, (long)json["duration"]!);
        Assert.Equal(1, (int)json["changeSummary"]!["replace"]!);
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

    private static StepSucceeded Replaced(PropertyChange change) => new(new Step(StepKind.Replace, Service, Parent: null, Id: null, [change]), TimeSpan.Zero);
}

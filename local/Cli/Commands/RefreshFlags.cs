using System.CommandLine;
using Scalelab.Engine;

namespace Scalelab.Cli.Commands;

/// <summary>How an update is printed.</summary>
internal enum OutputForm
{
    /// <summary>For people, while it runs.</summary>
    Text,

    /// <summary>A document, as <c>pulumi preview --json</c>.</summary>
    Json,

    /// <summary>A line an event, as <c>pulumi up --json</c>.</summary>
    JsonLines,

    /// <summary>As a comment for a pull request.</summary>
    Markdown,
}

/// <summary>The flags about what the real resources are, and how it is shown; the CLI's names.</summary>
internal sealed class RefreshFlags
{
    private readonly Option<bool?> _refresh = new("--refresh", "-r") { Description = "Look first at what every resource really is, and go on from there (default: as options.refresh in Pulumi.yaml says)" };
    private readonly Option<bool> _deleteUnreachable = new("--delete-unreachable") { Description = "Take what was in a cluster that does not exist any more for deleted" };
    private readonly Option<bool> _previewOnly = new("--preview-only") { Description = "Show what would be taken into the state, and take nothing" };
    private readonly Option<bool> _json = new("--json", "-j") { Description = "Print JSON in the CLI's form: one document of a preview, one line an event of an update" };
    private readonly Option<bool> _markdown = new("--markdown") { Description = "Print a comment for a pull request" };

    public void AddTo(Command command, UpdateKind kind)
    {
        if (kind != UpdateKind.Refresh)
        {
            command.Add(_refresh);
        }
        else
        {
            command.Add(_previewOnly);
        }

        if (kind is UpdateKind.Destroy or UpdateKind.Refresh)
        {
            command.Add(_deleteUnreachable);
        }

        command.Add(_json);
        if (kind is not UpdateKind.Preview)
        {
            return;
        }

        command.Add(_markdown);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_json) && result.GetValue(_markdown))
            {
                result.AddError("--json and --markdown cannot be given together.");
            }
        });
    }

    public UpdateOptions Apply(ParseResult parsed, UpdateOptions options) => options with
    {
        Refresh = parsed.GetValue(_refresh),
        DeleteUnreachable = parsed.GetValue(_deleteUnreachable),
        PreviewOnly = parsed.GetValue(_previewOnly),
    };

    public OutputForm Form(ParseResult parsed, UpdateKind kind) => (parsed.GetValue(_json), parsed.GetValue(_markdown)) switch
    {
        (true, _) => kind == UpdateKind.Preview || parsed.GetValue(_previewOnly) ? OutputForm.Json : OutputForm.JsonLines,
        (_, true) => OutputForm.Markdown,
        _ => OutputForm.Text,
    };
}

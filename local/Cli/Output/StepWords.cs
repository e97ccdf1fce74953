using Scalelab.Engine;
using Scalelab.Engine.Events;

namespace Scalelab.Cli.Output;

/// <summary>How each kind of step is shown: Pulumi's symbols, and verbs that fit a preview, a running step and a finished one.</summary>
internal static class StepWords
{
    public static string Symbol(StepKind kind) => kind switch
    {
        StepKind.Create => "+",
        StepKind.Update => "~",
        StepKind.Replace => "+-",
        StepKind.Delete => "-",
        StepKind.DeleteReplaced => "--",
        StepKind.Read => ">",
        StepKind.Refresh => "~",
        StepKind.Forget => "-",
        StepKind.Import => "=",
        _ => "",
    };

    public static TextStyle Style(StepKind kind) => kind switch
    {
        StepKind.Create or StepKind.Import => TextStyle.Green,
        StepKind.Update or StepKind.Refresh => TextStyle.Yellow,
        StepKind.Replace => TextStyle.Magenta,
        StepKind.Delete or StepKind.DeleteReplaced or StepKind.Forget => TextStyle.Red,
        _ => TextStyle.Plain,
    };

    public static string Imperative(StepKind kind) => kind switch
    {
        StepKind.Create => "create",
        StepKind.Update => "update",
        StepKind.Replace => "replace",
        StepKind.Delete or StepKind.DeleteReplaced => "delete",
        StepKind.Read => "read",
        StepKind.Refresh => "refresh",
        StepKind.Forget => "remove",
        StepKind.Import => "import",
        _ => "keep",
    };

    public static string Past(StepKind kind) => kind == StepKind.Read ? "read" : $"{Imperative(kind).TrimEnd('e')}ed";

    public static string Present(StepKind kind) => kind == StepKind.Read ? "reading" : $"{Imperative(kind).TrimEnd('e')}ing";

    public static string Title(UpdateKind kind) => kind switch
    {
        UpdateKind.Preview => "Previewing",
        UpdateKind.Up => "Updating",
        UpdateKind.Refresh => "Refreshing",
        _ => "Destroying",
    };
}

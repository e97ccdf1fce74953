using Scalelab.Engine.Events;
using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Command;

/// <summary>What a command prints: a status line each, a line of the log where <c>logging</c> asks for it, and the last ones for the error if it fails.</summary>
/// <param name="urn">Null for functions, which nobody watches.</param>
/// <param name="logging">none, stdout, stderr or stdoutAndStderr; null shows lines while the command runs and keeps none.</param>
/// <param name="context">Where they go to.</param>
internal sealed class CommandLog(Urn? urn, string? logging, ProviderContext context)
{
    private const int LinesKept = 20;

    private readonly Queue<string> _last = new();

    public static IEnumerable<CheckFailure> Check(PropertyMap inputs) => inputs.FindText("logging") is not (null or "none" or "stdout" or "stderr" or "stdoutAndStderr")
        ? [new CheckFailure("logging", "must be one of none, stdout, stderr, stdoutAndStderr.")]
        : [];

    public void Add(string line, string stream)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return;
        }

        lock (_last)
        {
            _last.Enqueue(line);
            if (_last.Count > LinesKept)
            {
                _last.Dequeue();
            }
        }

        if (urn is { } about && logging != "none")
        {
            context.Status(about, line);
            context.Log(logging is not null && (logging == "stdoutAndStderr" || logging == stream) ? DiagnosticSeverity.Info : DiagnosticSeverity.Debug, line, about);
        }
    }

    /// <summary>The last lines, each on a line of its own and indented.</summary>
    public override string ToString()
    {
        lock (_last)
        {
            return string.Concat(_last.Select(line => $"{Environment.NewLine}    {line}"));
        }
    }
}

using Scalelab.Engine.Events;

namespace Scalelab.Engine.Providers.Docker.Building;

/// <summary>What a Docker engine says while it works: a status line each, and the last ones for the error if it fails.</summary>
internal sealed class BuildLog(Urn urn, ProviderContext context)
{
    private const int LinesKept = 20;

    private readonly Queue<string> _last = new();

    public void Add(string text)
    {
        foreach (var line in text.Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0))
        {
            _last.Enqueue(line);
            if (_last.Count > LinesKept)
            {
                _last.Dequeue();
            }

            context.Status(urn, line);
            context.Log(DiagnosticSeverity.Debug, line, urn);
        }
    }

    public void Warn(string message) => context.Log(DiagnosticSeverity.Warning, message, urn);

    /// <summary>The last lines, each on a line of its own and indented.</summary>
    public override string ToString() => string.Concat(_last.Select(line => $"{Environment.NewLine}    {line}"));
}

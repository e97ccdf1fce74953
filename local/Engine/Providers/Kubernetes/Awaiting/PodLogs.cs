namespace Scalelab.Engine.Providers.Kubernetes.Awaiting;

/// <summary>What containers wrote last.</summary>
internal sealed class PodLogs(KubeConnection connection, TimeProvider time)
{
    private const int Lines = 10;
    private const int LineLength = 200;

    // A log is an extra: a node that does not answer must not hold up the waiting.
    private static readonly TimeSpan TimeToAnswer = TimeSpan.FromSeconds(2);

    /// <summary>The last line, for a status; empty when there is none.</summary>
    public async Task<string> LastLineAsync(LogSource source, CancellationToken cancellationToken)
    {
        var line = (await ReadAsync($"{Path(source)}&tailLines=1", cancellationToken)).ReplaceLineEndings(" ").Trim();
        return line.Length > LineLength ? line[..LineLength] + "…" : line;
    }

    /// <summary>The last lines, of the run before where this one wrote none, as a paragraph for an error; empty when there are none.</summary>
    public async Task<string> LastLinesAsync(LogSource? source, CancellationToken cancellationToken)
    {
        if (source is null)
        {
            return "";
        }

        var path = $"{Path(source)}&tailLines={Lines}";
        var log = await ReadAsync(path, cancellationToken);
        if (log.Length == 0)
        {
            log = await ReadAsync($"{path}&previous=true", cancellationToken);
        }

        return log.Length == 0 ? "" : $"\nLast lines of its log:\n{string.Join('\n', log.Split('\n').Select(line => $"    {line}"))}";
    }

    private static string Path(LogSource source) => $"/api/v1/namespaces/{source.Namespace}/pods/{source.Pod}/log?container={source.Container}";

    private async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(TimeToAnswer, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            return await connection.LogAsync(path, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "";
        }
    }
}

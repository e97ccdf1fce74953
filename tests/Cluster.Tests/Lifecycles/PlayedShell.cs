using System.Collections.Concurrent;
using System.Globalization;

namespace Scalelab.Cluster.Tests.Lifecycles;

/// <summary>The words of a shell that the recordings use, and the files of the container that it runs in.</summary>
internal sealed class PlayedShell(TimeProvider time)
{
    // A process needs a moment to end.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<string, bool> _files = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What listens on a port ends when it is asked to; a shell that is a container's first process does not.</summary>
    public void Terminate() => _terminated.TrySetResult();

    /// <summary>True while something answers on a port.</summary>
    public bool Serves { get; private set; }

    /// <summary>Runs a command to its end and returns its exit code.</summary>
    public async Task<int> RunAsync(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        switch (command)
        {
            case ["sh", "-c", var script]:
                return await RunScriptAsync(script, cancellationToken);
            case ["sleep", var seconds]:
                await Task.Delay(TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)) + Moment, time, cancellationToken);
                return 0;
            case ["touch", var file]:
                _files[file] = true;
                return 0;
            case ["rm", var file]:
                _files.TryRemove(file, out _);
                return 0;
            case ["test", "-f", var file]:
                return _files.ContainsKey(file) ? 0 : 1;
            case ["tool", "serve", _]:
                Serves = true;
                await _terminated.Task.WaitAsync(cancellationToken);
                Serves = false;
                return 0;
            default:
                throw new NotSupportedException($"The shell of the tests does not know {string.Join(' ', command)}.");
        }
    }

    private async Task<int> RunScriptAsync(string script, CancellationToken cancellationToken)
    {
        while (script.Length > 0)
        {
            var (step, rest) = script.StartsWith('(') ? Cut(script, ") &") : Cut(script, ";");
            script = rest;
            if (step.StartsWith('('))
            {
                _ = RunScriptAsync(step[1..], cancellationToken);
                continue;
            }

            var words = step.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            switch (words)
            {
                case ["exit", var code]:
                    await Task.Delay(Moment, time, cancellationToken);
                    return int.Parse(code, CultureInfo.InvariantCulture);
                case ["trap", ..]:
                    break;
                case ["while", "true"]:
                    // Until it is killed.
                    await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
                    break;
                default:
                    await RunAsync(words[0] == "exec" ? words[1..] : words, cancellationToken);
                    break;
            }
        }

        return 0;
    }

    private static (string Step, string Remainder) Cut(string script, string end) => script.IndexOf(end, StringComparison.Ordinal) is >= 0 and var at
        ? (script[..at].Trim(), script[(at + end.Length)..].Trim())
        : (script.Trim(), "");
}

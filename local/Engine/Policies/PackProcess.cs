using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Scalelab.Engine.Programs;
using Scalelab.Engine.Updates;

namespace Scalelab.Engine.Policies;

/// <summary>A policy pack while it runs. After its port, what it prints becomes messages.</summary>
internal sealed class PackProcess : IAsyncDisposable
{
    private const int ErrorLinesKept = 20;

    private static readonly TimeSpan TimeToStart = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly PackProject _project;
    private readonly EventStream _events;
    private readonly TimeProvider _time;
    private readonly Queue<string> _lastErrors = [];
    private readonly Lock _lock = new();
    private Task _reading = Task.CompletedTask;

    private PackProcess(Process process, PackProject project, EventStream events, TimeProvider time)
    {
        _process = process;
        _project = project;
        _events = events;
        _time = time;
    }

    /// <exception cref="EngineException">It cannot be started.</exception>
    public static PackProcess Start(PackProject project, string engine, string workingDirectory, IReadOnlyDictionary<string, string> environment, EventStream events, TimeProvider time)
    {
        var isPortable = project.Assembly.EndsWith(".dll", StringComparison.OrdinalIgnoreCase);
        var start = new ProcessStartInfo(isPortable ? ProgramProcess.DotnetHost() : project.Assembly)
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        if (isPortable)
        {
            start.ArgumentList.Add(project.Assembly);
        }

        start.ArgumentList.Add(engine);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var pack = new PackProcess(new Process { StartInfo = start }, project, events, time);
        pack._process.ErrorDataReceived += (_, line) => pack.OnError(line.Data);
        try
        {
            pack._process.Start();
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            throw new EngineException($"The policy pack {project.Folder} cannot be started: {e.Message} ({start.FileName} {project.Assembly})", e);
        }

        pack._process.StandardInput.Close();
        pack._process.BeginErrorReadLine();
        return pack;
    }

    /// <summary>Waits for the port that it prints first of all.</summary>
    /// <exception cref="EngineException">It printed something else, nothing in time, or ended.</exception>
    public async Task<int> ReadPortAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(TimeToStart, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var line = await _process.StandardOutput.ReadLineAsync(either.Token);
            if (line is null)
            {
                throw await FindEndAsync("before it printed its port")
                    ?? new EngineException($"The policy pack {_project.Folder} closed its output before it printed its port.");
            }

            if (!int.TryParse(line.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > ushort.MaxValue)
            {
                throw new EngineException($"The policy pack {_project.Folder} printed '{line}' where its port is expected. The port of its Analyzer service must be the first line of its output.");
            }

            _reading = ReadAsync();
            return port;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EngineException($"The policy pack {_project.Folder} printed no port within {TimeToStart.TotalSeconds:0} seconds, and is ended. Look for what it does before it listens.{LastErrors()}");
        }
    }

    /// <summary>Its end, told as an error; null where it still runs.</summary>
    /// <param name="when">What it was doing.</param>
    public async Task<EngineException?> FindEndAsync(string when)
    {
        try
        {
            // The connection is seen to break a moment before the process is seen to end.
            using var limit = new CancellationTokenSource(TimeToEnd, _time);
            await _process.WaitForExitAsync(limit.Token);
            return new EngineException($"The policy pack {_project.Folder} ended with exit code {_process.ExitCode} {when}.{LastErrors()}");
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        try
        {
            await Task.WhenAll(_process.WaitForExitAsync(CancellationToken.None), _reading).WaitAsync(TimeToEnd, _time);
        }
        catch (TimeoutException)
        {
            // Something that it started and let go of holds its output open; that is not worth a hanging update.
        }

        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            Print(line);
        }
    }

    private void OnError(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lock)
        {
            _lastErrors.Enqueue(line);
            if (_lastErrors.Count > ErrorLinesKept)
            {
                _lastErrors.Dequeue();
            }
        }

        Print(line);
    }

    private void Print(string line)
    {
        if (!string.IsNullOrWhiteSpace(line))
        {
            _events.Info(line);
        }
    }

    private string LastErrors()
    {
        lock (_lock)
        {
            return _lastErrors.Count == 0 ? " It printed no error." : $" Its last lines:{Environment.NewLine}{string.Join(Environment.NewLine, _lastErrors)}";
        }
    }
}

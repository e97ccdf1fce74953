using System.Diagnostics;
using Scalelab.Engine.Updates;

namespace Scalelab.Engine.Programs;

/// <summary>The program while it runs. What it prints becomes messages.</summary>
internal sealed class ProgramProcess : IAsyncDisposable
{
    private const int ErrorLinesKept = 20;

    private readonly Process _process;
    private readonly Queue<string> _lastErrors = [];
    private readonly Lock _lock = new();

    private ProgramProcess(Process process)
    {
        _process = process;
    }

    /// <summary>The last lines it wrote to its error stream.</summary>
    public string LastErrors
    {
        get
        {
            lock (_lock)
            {
                return string.Join(Environment.NewLine, _lastErrors);
            }
        }
    }

    /// <exception cref="EngineException">It cannot be started.</exception>
    public static ProgramProcess Start(string assembly, string workingDirectory, IReadOnlyDictionary<string, string> environment, ProgramConnection connection, EventStream events, Urn stack)
    {
        var start = new ProcessStartInfo(DotnetHost())
        {
            ArgumentList = { assembly },
            WorkingDirectory = workingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var program = new ProgramProcess(new Process { StartInfo = start });
        program._process.OutputDataReceived += (_, line) => Print(line.Data);
        program._process.ErrorDataReceived += (_, line) =>
        {
            program.Remember(line.Data);
            Print(line.Data);
        };
        try
        {
            program._process.Start();
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
        {
            throw new EngineException($"The program cannot be started: {e.Message} ({start.FileName} {assembly})", e);
        }

        program._process.StandardInput.Close();
        program._process.BeginOutputReadLine();
        program._process.BeginErrorReadLine();
        return program;

        void Print(string? line)
        {
            connection.Heard();
            if (!string.IsNullOrWhiteSpace(line))
            {
                events.Info(line, stack);
            }
        }
    }

    /// <summary>Waits for its end and returns its exit code.</summary>
    public async Task<int> WaitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    // The engine usually runs under the very host that the program needs; a self-contained one asks the installed SDK.
    public static string DotnetHost() =>
        Environment.ProcessPath is { } self && Path.GetFileNameWithoutExtension(self) == "dotnet"
            ? self
            : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet";

    private void Remember(string? line)
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
    }
}

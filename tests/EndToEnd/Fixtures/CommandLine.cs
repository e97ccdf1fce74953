using System.Diagnostics;

namespace Scalelab.EndToEnd.Fixtures;

/// <summary>Runs commands, each for a bounded time.</summary>
internal static class CommandLine
{
    /// <summary>Where a command is, as the shell would find it; null where it is not installed.</summary>
    public static string? Find(string command) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, command))
        .FirstOrDefault(File.Exists);

    /// <exception cref="TimeoutException">It ran longer than the deadline; it and its children are gone.</exception>
    public static async Task<CommandResult> RunAsync(
        string command, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> environment, string? input, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var line = $"{Path.GetFileName(command)} {string.Join(' ', start.ArgumentList)}";
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timer.CancelAfter(deadline);
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{line} did not start.");
        var output = process.StandardOutput.ReadToEndAsync(timer.Token);
        var error = process.StandardError.ReadToEndAsync(timer.Token);
        try
        {
            await process.StandardInput.WriteAsync((input ?? "").AsMemory(), timer.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(timer.Token);
            return new CommandResult(line, process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{line} was not done after {deadline}.");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}

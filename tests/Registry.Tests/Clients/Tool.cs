using System.Diagnostics;

namespace Scalelab.Registry.Tests.Clients;

/// <summary>Real clients of the registry, as processes.</summary>
internal static class Tool
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    public static bool HasSkopeo { get; } = OnPath("skopeo");

    /// <summary>Runs a program to its end and returns what it printed; fails the test, with that text, when it fails.</summary>
    public static async Task<string> RunAsync(string file, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(TestRegistry.Cancellation);
            var error = process.StandardError.ReadToEndAsync(TestRegistry.Cancellation);
            await process.WaitForExitAsync(TestRegistry.Cancellation).WaitAsync(Deadline, TestRegistry.Cancellation);
            Assert.True(process.ExitCode == 0, $"{file} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{await output}\n{await error}");
            return await output;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    public static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}

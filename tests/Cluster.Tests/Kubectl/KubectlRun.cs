using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Scalelab.Cluster.Tests.Kubectl;

/// <summary>Runs kubectl as the recordings were made: with an empty discovery cache, standard output and error in one stream, requests logged.</summary>
internal sealed partial class KubectlRun(string kubeconfig, string workingFolder)
{
    private static readonly Lazy<string?> Found = new(() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "kubectl")).FirstOrDefault(File.Exists));

    /// <summary>The kubectl on PATH; null where there is none.</summary>
    public static string? Executable => Found.Value;

    /// <summary>Runs a command line and ends it after <paramref name="limit"/>.</summary>
    public async Task<Transcript> RunAsync(string id, string command, IEnumerable<string> arguments, TimeSpan limit)
    {
        var cache = Directory.CreateDirectory(Path.Combine(workingFolder, $"cache-{id}")).FullName;

        // The shell joins the streams in the order of writing and then is kubectl itself.
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true, RedirectStandardInput = true, WorkingDirectory = workingFolder };
        foreach (var argument in (string[])["-c", "exec \"$0\" \"$@\" 2>&1", Executable!, "-v=6", $"--cache-dir={cache}", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["KUBECONFIG"] = kubeconfig;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var reading = process.StandardOutput.ReadToEndAsync();
        var ending = process.WaitForExitAsync();
        var stopped = await Task.WhenAny(ending, Task.Delay(limit, TimeProvider.System)) != ending;
        if (stopped)
        {
            process.Kill(entireProcessTree: true);
        }

        await ending;
        var output = await reading;
        return new Transcript(
            id,
            command,
            Masks.LogLine().Replace(output, ""),
            stopped ? string.Create(CultureInfo.InvariantCulture, $"stopped after {limit.TotalSeconds} s") : process.ExitCode.ToString(CultureInfo.InvariantCulture),
            [.. Request().Matches(output).Select(match => string.Create(CultureInfo.InvariantCulture, $"{match.Groups["verb"].Value} {match.Groups["path"].Value} {match.Groups["status"].Value}"))]);
    }

    // Up to 1.32 in words, later as key and value.
    [GeneratedRegex(@"(?m)^I\d{4} .*\] (""Response"" verb="")?(?<verb>[A-Z]+)("" url=""| )https://[^/]+(?<path>/\S*?)("" status=""| )(?<status>\d{3}) ")]
    private static partial Regex Request();
}

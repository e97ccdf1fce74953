using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Scalelab.ClusterBench;

/// <summary>Runs wrk: TLS with keep-alive over HTTP/1.1, no compression.</summary>
internal static partial class Wrk
{
    /// <returns>Requests per second and the time that 99 of 100 answers keep below, in milliseconds.</returns>
    /// <param name="script">Lua, for anything that is not a GET.</param>
    public static async Task<(double PerSecond, double P99)> RunAsync(Api api, string path, int connections, TimeSpan duration, string? script)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, script ?? "").ConfigureAwait(false);
            string[] arguments =
            [
                "--latency", "--threads", "1", "--connections", $"{connections}", "--duration", $"{duration.TotalSeconds:0}s", "--timeout", "10s",
                "--header", $"Authorization: Bearer {api.Token}", .. script is null ? [] : (string[])["--script", file], new Uri(api.Address, path).ToString(),
            ];
            using var process = Process.Start(new ProcessStartInfo("wrk", arguments) { RedirectStandardOutput = true })!;
            var output = await process.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
            await process.WaitForExitAsync().ConfigureAwait(false);
            if (process.ExitCode != 0 || output.Contains("Non-2xx", StringComparison.Ordinal) || output.Contains("Socket errors", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"wrk {path} with {connections} connections failed:\n{output}");
            }

            var slowest = Slowest().Match(output);
            var unit = slowest.Groups["unit"].Value switch { "us" => 0.001, "ms" => 1, "s" => 1000, var other => throw new FormatException($"wrk counts in {other}.") };
            return (Number(Rate().Match(output).Groups[1]), Number(slowest.Groups["number"]) * unit);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static double Number(Group group) => double.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Requests/sec: +([\d.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"99% +(?<number>[\d.]+)(?<unit>\w+)")]
    private static partial Regex Slowest();
}

using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Scalelab.EndToEnd.Fixtures;

/// <summary>A run of <c>hey</c>, which sends requests until it is told to stop and then says how each of them ended.</summary>
internal sealed partial class LoadGenerator : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _report;

    private LoadGenerator(Process process)
    {
        _process = process;
        _report = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Starts to send requests. Skips the test where hey is not installed.</summary>
    /// <param name="keepAlive">False makes a connection for each request.</param>
    /// <param name="arguments">Further arguments of hey.</param>
    public static LoadGenerator Start(Uri url, bool keepAlive, params string[] arguments)
    {
        var hey = CommandLine.Find("hey");
        Assert.SkipWhen(hey is null, "hey is not installed.");

        // Paced, so that what is measured is not how a full machine behaves.
        string[] common = ["-z", $"{(int)Deadline.Deployment.TotalSeconds}s", "-c", "16", "-q", "20", "-t", "30"];
        string[] connections = keepAlive ? [] : ["-disable-keepalive"];
        return new LoadGenerator(Process.Start(new ProcessStartInfo(hey, [.. common, .. connections, .. arguments, url.AbsoluteUri]) { RedirectStandardOutput = true })!);
    }

    /// <summary>Ends the run.</summary>
    /// <returns>How many requests were answered with 200, and hey's own words about the others.</returns>
    public async Task<(int Succeeded, string Failed)> StopAsync()
    {
        Assert.False(_process.HasExited, "hey ended before it was told to.");
        (await CommandLine.RunAsync(
            "kill", ["-INT", _process.Id.ToString(CultureInfo.InvariantCulture)], new Dictionary<string, string?>(), null, Deadline.Step, TestContext.Current.CancellationToken)).Succeeded();
        var report = await _report.WaitAsync(Deadline.Step, TimeProvider.System, TestContext.Current.CancellationToken);
        var outcomes = report[report.IndexOf("Status code distribution:", StringComparison.Ordinal)..].Split('\n');
        var succeeded = outcomes.Select(line => Answered().Match(line)).Where(match => match.Success).Sum(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
        var failed = outcomes.Where(line => line.StartsWith("  [", StringComparison.Ordinal) && !Answered().IsMatch(line));
        return (succeeded, string.Join('\n', failed));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    [GeneratedRegex(@"^  \[200\]\t(\d+) responses$")]
    private static partial Regex Answered();
}

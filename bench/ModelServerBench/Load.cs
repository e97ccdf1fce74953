using System.Diagnostics;
using System.Globalization;

namespace Scalelab.ModelServerBench;

/// <summary>What a server did under load.</summary>
/// <param name="PerSecond">Predictions, not counting what was refused.</param>
/// <param name="Refused">Answers with another status than 2xx, per second.</param>
/// <param name="Lost">Requests without an answer, per second: the connection was reset or closed.</param>
/// <param name="P50">Milliseconds, as are the others. Refusals count.</param>
internal sealed record Load(int Connections, double PerSecond, double Refused, double Lost, double P50, double P95, double P99)
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(8);

    /// <summary>The body is one picture in a form, as a browser sends it.</summary>
    private const string Script =
        """
        local file = io.open(os.getenv("PICTURE"), "rb")
        wrk.method = "POST"
        wrk.headers["Content-Type"] = "multipart/form-data; boundary=-bench"
        wrk.body = "---bench\r\nContent-Disposition: form-data; name=\"file\"; filename=\"picture.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n" .. file:read("*a") .. "\r\n---bench--\r\n"
        file:close()
        function done(summary, latency)
          local errors = summary.errors
          io.write(string.format("figures %d %d %d %d %d %d %d\n", summary.duration, summary.requests, errors.status,
            errors.connect + errors.read + errors.write + errors.timeout, latency:percentile(50), latency:percentile(95), latency:percentile(99)))
        end
        """;

    /// <summary>Runs wrk: keep-alive, HTTP/1.1, as many requests at a time as connections.</summary>
    public static async Task<Load> RunAsync(Uri address, string picture, int connections)
    {
        var script = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(script, Script).ConfigureAwait(false);
            string[] arguments =
                ["--threads", "1", "--connections", $"{connections}", "--duration", $"{Duration.TotalSeconds:0}s", "--timeout", "60s", "--script", script, address.ToString()];
            var start = new ProcessStartInfo("wrk", arguments) { RedirectStandardOutput = true };
            start.Environment["PICTURE"] = picture;
            using var process = Process.Start(start)!;
            var output = await process.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
            await process.WaitForExitAsync().ConfigureAwait(false);
            if (output.Split('\n').FirstOrDefault(line => line.StartsWith("figures ", StringComparison.Ordinal)) is not { } line)
            {
                throw new InvalidOperationException($"wrk {address} with {connections} connections failed:\n{output}");
            }

            var figures = line.Split(' ')[1..].Select(figure => double.Parse(figure, CultureInfo.InvariantCulture)).ToArray();
            var seconds = figures[0] / 1e6;
            return new Load(connections, (figures[1] - figures[2]) / seconds, figures[2] / seconds, figures[3] / seconds, figures[4] / 1000, figures[5] / 1000, figures[6] / 1000);
        }
        finally
        {
            File.Delete(script);
        }
    }
}

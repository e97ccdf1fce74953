using System.Diagnostics;
using System.Globalization;

namespace Scalelab.ModelServerBench;

/// <summary>Measures the contestants with the same pictures one after the other, and prints what each did and what that means.</summary>
internal static class Comparison
{
    private const int Starts = 5;
    private const int WarmUpConnections = 2;
    private static readonly int[] Connections = [1, 2, 16, 64, 512];

    public static async Task RunAsync(IReadOnlyList<Contestant> contestants, string model, IReadOnlyList<string> pictures)
    {
        var here = new List<Contestant>();
        foreach (var contestant in contestants)
        {
            if (await Server.IsHereAsync(contestant).ConfigureAwait(false))
            {
                here.Add(contestant);
            }
            else
            {
                Console.WriteLine($"{contestant.Name} is not measured: it needs {contestant.Needs}.\n");
            }
        }

        foreach (var picture in pictures)
        {
            await RunAsync(here, model, picture).ConfigureAwait(false);
        }
    }

    private static async Task RunAsync(List<Contestant> contestants, string model, string picture)
    {
        Console.WriteLine($"## {Path.GetFileName(picture)}, {new FileInfo(picture).Length / 1024} KiB\n");
        Console.WriteLine("| server | connections | predictions/s | refused/s | not answered/s | p50 ms | p95 ms | p99 ms |\n|---|---|---|---|---|---|---|---|");
        var alone = await BareLoopAsync(model, picture, 1).ConfigureAwait(false);
        var together = await BareLoopAsync(model, picture, Environment.ProcessorCount).ConfigureAwait(false);
        Console.WriteLine(Row("no server, 1 thread", "", alone.PerSecond, "", "", alone.P50));
        Console.WriteLine(Row($"no server, {Environment.ProcessorCount} threads", "", together.PerSecond, "", "", together.P50));

        var results = new Dictionary<string, Result>();
        foreach (var contestant in contestants)
        {
            results[contestant.Name] = await MeasureAsync(contestant, picture).ConfigureAwait(false);
        }

        Console.WriteLine("\n| server | says | first prediction after, s | memory after the load, MiB |\n|---|---|---|---|");
        foreach (var (name, result) in results)
        {
            Console.WriteLine($"| {name} | {result.Prediction} | {Number(result.ColdStart)} | {Number(result.Mebibytes)} |");
        }

        Console.WriteLine();
        Judgement.Print(alone.P50, together.PerSecond, results);
    }

    private static async Task<Result> MeasureAsync(Contestant contestant, string picture)
    {
        var starts = new List<double>();
        for (var run = 1; run < Starts; run++)
        {
            await using var once = await Server.StartAsync(contestant, picture).ConfigureAwait(false);
            starts.Add(once.ColdStart.TotalSeconds);
        }

        await using var server = await Server.StartAsync(contestant, picture).ConfigureAwait(false);
        starts.Add(server.ColdStart.TotalSeconds);
        await Load.RunAsync(server.Address, picture, WarmUpConnections).ConfigureAwait(false);
        var loads = new List<Load>();
        foreach (var connections in Connections)
        {
            var load = await Load.RunAsync(server.Address, picture, connections).ConfigureAwait(false);
            loads.Add(load);
            Console.WriteLine(Row(contestant.Name, $"{connections}", load.PerSecond, Number(load.Refused), Number(load.Lost), load.P50, load.P95, load.P99));
        }

        return new Result(loads, server.Prediction, starts.Order().ElementAt(Starts / 2), server.Mebibytes);
    }

    private static async Task<(double PerSecond, double P50)> BareLoopAsync(string model, string picture, int threads)
    {
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", [typeof(Comparison).Assembly.Location, "loop", model, picture, $"{threads}"]) { RedirectStandardOutput = true })!;
        var figures = (await process.StandardOutput.ReadToEndAsync().ConfigureAwait(false)).Split(' ').Select(figure => double.Parse(figure, CultureInfo.InvariantCulture)).ToArray();
        await process.WaitForExitAsync().ConfigureAwait(false);
        return (figures[0], figures[1]);
    }

    private static string Row(string name, string connections, double perSecond, string refused, string lost, params double[] times) =>
        $"| {name} | {connections} | {Number(perSecond)} | {refused} | {lost} | {string.Join(" | ", times.Select(Number).Concat(Enumerable.Repeat("", 3 - times.Length)))} |";

    private static string Number(double value) => value.ToString(value >= 100 ? "0" : value >= 10 ? "0.#" : "0.##", CultureInfo.InvariantCulture);
}

using System.Globalization;

namespace Scalelab.ModelServerBench;

/// <summary>The figures that the model server is held to.</summary>
internal static class Judgement
{
    /// <param name="loopP50">Milliseconds of a picture without a server, on one thread.</param>
    /// <param name="loopPerSecond">Pictures per second without a server, on all cores.</param>
    public static void Print(double loopP50, double loopPerSecond, Dictionary<string, Result> results)
    {
        var ours = results[Contestant.Scalelab];
        var beyond = ours.Loads.Where(load => load.Connections >= 16).Min(load => load.PerSecond);
        Console.WriteLine("| figure | measured | wanted | |\n|---|---|---|---|");
        AtLeast("throughput, of that without a server", ours.Peak / loopPerSecond, 0.95);
        AtMost("added at one connection, p50, ms", ours.Loads[0].P50 - loopP50, 0.5);
        AtLeast("least throughput from 16 to 512 connections, of its peak", beyond / ours.Peak, 0.95);
        AtMost("first prediction after, s", ours.ColdStart, 0.35);
        foreach (var (name, factor, share) in ((string, double, double?)[])[(Contestant.Flask, 2, 0.5), (Contestant.Waitress, 2, 0.5), (Contestant.Fastify, 1.2, null)])
        {
            if (results.TryGetValue(name, out var peer))
            {
                AtLeast($"throughput, of {name}'s", ours.Peak / peer.Peak, factor);
                if (share is { } most)
                {
                    AtMost($"memory, of {name}'s", ours.Mebibytes / peer.Mebibytes, most);
                }
            }
        }

        Console.WriteLine();
    }

    private static void AtLeast(string figure, double measured, double wanted) => Line(figure, measured, "≥", wanted, measured >= wanted);

    private static void AtMost(string figure, double measured, double wanted) => Line(figure, measured, "≤", wanted, measured <= wanted);

    private static void Line(string figure, double measured, string comparison, double wanted, bool isReached) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {figure} | {measured:0.##} | {comparison} {wanted} | {(isReached ? "✓" : "✗")} |"));
}

using System.Globalization;

namespace Scalelab.ClusterBench;

/// <summary>The table, a line as soon as its figure is known.</summary>
internal static class Report
{
    public static void Begin()
    {
        Console.WriteLine("| figure | real | here | ratio | wanted | |");
        Console.WriteLine("|---|---|---|---|---|---|");
    }

    /// <summary>A figure of which less is better; the ratio says how many times less.</summary>
    public static void Less(string figure, string unit, double real, double here, double wanted) => Line(figure, unit, real, here, real / here, wanted);

    /// <summary>A figure of which more is better.</summary>
    public static void More(string figure, string unit, double real, double here, double wanted) => Line(figure, unit, real, here, here / real, wanted);

    /// <summary>A figure with a limit of its own.</summary>
    public static void AtMost(string figure, string unit, double? real, double here, double limit) => Print(
        figure, real is { } value ? $"{Number(value)} {unit}" : "", $"{Number(here)} {unit}", real is { } times ? $"{Number(times / here)}×" : "", $"≤ {Number(limit)} {unit}", here <= limit);

    /// <summary>Something that is so or not.</summary>
    public static void Holds(string figure, string? fault) => Print(figure, "", fault ?? "yes", "", "yes", fault is null);

    private static void Line(string figure, string unit, double real, double here, double ratio, double wanted) => Print(
        figure, $"{Number(real)} {unit}", $"{Number(here)} {unit}", $"{Number(ratio)}×", wanted > 0 ? $"≥ {Number(wanted)}×" : "", wanted == 0 ? null : ratio >= wanted);

    private static void Print(string figure, string real, string here, string ratio, string wanted, bool? isReached) =>
        Console.WriteLine($"| {figure} | {real} | {here} | {ratio} | {wanted} | {isReached switch { true => "✓", false => "✗", null => "" }} |");

    private static string Number(double value) => value.ToString(value >= 100 ? "0" : value >= 10 ? "0.#" : "0.##", CultureInfo.InvariantCulture);
}

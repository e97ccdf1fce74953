using System.Globalization;

namespace Scalelab.Cluster.Controllers.Jobs;

/// <summary>Sets of numbers as an indexed job writes them: <c>1,3-5,7</c>. Two in a row are written <c>1,2</c>.</summary>
internal static class IndexRanges
{
    public static HashSet<int> Parse(string? text)
    {
        var numbers = new HashSet<int>();
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = part.Split('-');
            if (int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first) && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last))
            {
                numbers.UnionWith(Enumerable.Range(first, Math.Max(0, last - first + 1)));
            }
        }

        return numbers;
    }

    public static string Format(IEnumerable<int> numbers)
    {
        var parts = new List<string>();
        var sorted = numbers.Order().ToList();
        for (var start = 0; start < sorted.Count;)
        {
            var end = start;
            while (end + 1 < sorted.Count && sorted[end + 1] == sorted[end] + 1)
            {
                end++;
            }

            parts.Add((end - start) switch
            {
                0 => Text(sorted[start]),
                1 => $"{Text(sorted[start])},{Text(sorted[end])}",
                _ => $"{Text(sorted[start])}-{Text(sorted[end])}",
            });
            start = end + 1;
        }

        return string.Join(',', parts);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

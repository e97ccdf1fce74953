using System.Globalization;
using System.Text;

namespace Scalelab.Cluster.Api;

/// <summary>
/// The difference of two texts as kube-apiserver shows it: three lines around each change, no header. What counts as unchanged follows
/// Python's difflib, whose port to Go it uses: the longest common block, then the longest ones before and after it.
/// </summary>
internal static class UnifiedDiff
{
    private const int Context = 3;

    /// <summary>From so many lines on, those that recur a lot are no anchors.</summary>
    private const int LinesWithAnchors = 200;

    public static string Of(string before, string after)
    {
        var (left, right) = (Lines(before), Lines(after));
        var text = new StringBuilder();
        foreach (var hunk in Hunks(Changes(left, right)))
        {
            var (first, last) = (hunk[0], hunk[^1]);
            text.Append("@@ -").Append(Range(first.LeftStart, last.LeftEnd)).Append(" +").Append(Range(first.RightStart, last.RightEnd)).Append(" @@\n");
            foreach (var change in hunk)
            {
                Append(text, change.IsEqual ? ' ' : '-', left, change.LeftStart, change.LeftEnd);
                if (!change.IsEqual)
                {
                    Append(text, '+', right, change.RightStart, change.RightEnd);
                }
            }
        }

        return text.ToString();
    }

    private static string[] Lines(string text) => text.Split('\n');

    private static void Append(StringBuilder text, char mark, string[] lines, int start, int end)
    {
        for (var index = start; index < end; index++)
        {
            text.Append(mark).Append(lines[index]).Append('\n');
        }
    }

    private static string Range(int start, int end) => (end - start) switch
    {
        1 => string.Create(CultureInfo.InvariantCulture, $"{start + 1}"),
        0 => string.Create(CultureInfo.InvariantCulture, $"{start},0"),
        var length => string.Create(CultureInfo.InvariantCulture, $"{start + 1},{length}"),
    };

    private static List<Change> Changes(string[] left, string[] right)
    {
        var blocks = new List<(int Left, int Right, int Length)>();
        Match(left, right, Places(right), 0, left.Length, 0, right.Length, blocks);
        blocks.Add((left.Length, right.Length, 0));
        var changes = new List<Change>();
        var (i, j) = (0, 0);
        foreach (var (nextLeft, nextRight, length) in blocks)
        {
            if (i < nextLeft || j < nextRight)
            {
                changes.Add(new Change(false, i, nextLeft, j, nextRight));
            }

            (i, j) = (nextLeft + length, nextRight + length);
            if (length > 0)
            {
                changes.Add(new Change(true, nextLeft, i, nextRight, j));
            }
        }

        return changes;
    }

    private static Dictionary<string, List<int>> Places(string[] lines)
    {
        var places = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        for (var index = 0; index < lines.Length; index++)
        {
            if (!places.TryGetValue(lines[index], out var list))
            {
                places[lines[index]] = list = [];
            }

            list.Add(index);
        }

        if (lines.Length >= LinesWithAnchors)
        {
            var most = (lines.Length / 100) + 1;
            foreach (var line in places.Where(entry => entry.Value.Count > most).Select(entry => entry.Key).ToList())
            {
                places.Remove(line);
            }
        }

        return places;
    }

    private static void Match(
        string[] left, string[] right, Dictionary<string, List<int>> places, int leftStart, int leftEnd, int rightStart, int rightEnd, List<(int Left, int Right, int Length)> blocks)
    {
        var (i, j, length) = Longest(left, right, places, leftStart, leftEnd, rightStart, rightEnd);
        if (length == 0)
        {
            return;
        }

        Match(left, right, places, leftStart, i, rightStart, j, blocks);
        if (blocks is [.., var last] && last.Left + last.Length == i && last.Right + last.Length == j)
        {
            blocks[^1] = last with { Length = last.Length + length };
        }
        else
        {
            blocks.Add((i, j, length));
        }

        Match(left, right, places, i + length, leftEnd, j + length, rightEnd, blocks);
    }

    private static (int Left, int Right, int Length) Longest(string[] left, string[] right, Dictionary<string, List<int>> places, int leftStart, int leftEnd, int rightStart, int rightEnd)
    {
        var best = (Left: leftStart, Right: rightStart, Length: 0);
        var lengths = new Dictionary<int, int>();
        for (var i = leftStart; i < leftEnd; i++)
        {
            var next = new Dictionary<int, int>();
            foreach (var j in (places.GetValueOrDefault(left[i]) ?? []).Where(j => j >= rightStart && j < rightEnd))
            {
                var length = lengths.GetValueOrDefault(j - 1) + 1;
                next[j] = length;
                if (length > best.Length)
                {
                    best = (i - length + 1, j - length + 1, length);
                }
            }

            lengths = next;
        }

        // Lines that are no anchors may still belong to the block.
        while (best.Left > leftStart && best.Right > rightStart && left[best.Left - 1] == right[best.Right - 1])
        {
            best = (best.Left - 1, best.Right - 1, best.Length + 1);
        }

        while (best.Left + best.Length < leftEnd && best.Right + best.Length < rightEnd && left[best.Left + best.Length] == right[best.Right + best.Length])
        {
            best.Length++;
        }

        return best;
    }

    private static IEnumerable<List<Change>> Hunks(List<Change> changes)
    {
        var hunk = new List<Change>();
        for (var index = 0; index < changes.Count; index++)
        {
            var change = changes[index];
            if (!change.IsEqual)
            {
                hunk.Add(change);
                continue;
            }

            var (isFirst, isLast) = (index == 0, index == changes.Count - 1);
            if (!isFirst && (isLast || change.LeftEnd - change.LeftStart > 2 * Context))
            {
                hunk.Add(change.Head(Context));
                yield return hunk;
                hunk = [];
            }

            if (!isLast && hunk.Count == 0)
            {
                hunk.Add(change.Tail(Context));
            }
            else if (!isLast)
            {
                hunk.Add(change);
            }
        }

        if (hunk.Exists(change => !change.IsEqual))
        {
            yield return hunk;
        }
    }

    private readonly record struct Change(bool IsEqual, int LeftStart, int LeftEnd, int RightStart, int RightEnd)
    {
        public Change Head(int lines) => this with { LeftEnd = Math.Min(LeftEnd, LeftStart + lines), RightEnd = Math.Min(RightEnd, RightStart + lines) };

        public Change Tail(int lines) => this with { LeftStart = Math.Max(LeftStart, LeftEnd - lines), RightStart = Math.Max(RightStart, RightEnd - lines) };
    }
}

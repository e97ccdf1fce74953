using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Scalelab.Cluster.Tests;

/// <summary>
/// Exchanges recorded from a real cluster, read from <c>../shared/kubernetes/scenarios</c> beside the repository. Tests that use them
/// are skipped where that folder is absent.
/// </summary>
internal static partial class Recordings
{
    private static readonly Lazy<string?> Folder = new(() =>
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "kubernetes", "scenarios");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    });

    /// <summary>The folder; null where it is absent.</summary>
    public static string? FolderPath => Folder.Value;

    /// <summary>The exchanges of one scenario with <c>${id:pointer}</c> and <c>${repeat:text:count}</c> filled in.</summary>
    public static IReadOnlyList<Exchange> Read(string scenario)
    {
        if (Folder.Value is not { } folder)
        {
            Assert.Skip("needs the recordings in ../shared/kubernetes/scenarios");
            return [];
        }

        var exchanges = new List<Exchange>();
        foreach (var node in JsonNode.Parse(File.ReadAllText(Path.Combine(folder, scenario + ".json")))!["exchanges"]!.AsArray())
        {
            string Fill(string text) => Reference().Replace(text, match => match.Groups["id"].Value == "repeat"
                ? string.Concat(Enumerable.Repeat(match.Groups["what"].Value, int.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture)))
                : At(exchanges.Single(other => other.Id == match.Groups["id"].Value).Response, match.Groups["what"].Value)!.ToString());

            var request = node!["request"]!;
            var response = node["response"]!;
            exchanges.Add(new Exchange(
                (string)node["id"]!,
                (string)request["method"]!,
                Fill((string)request["path"]!),
                (string?)request["headers"]?["Content-Type"] ?? "application/json",
                request["body"] is { } body ? JsonNode.Parse(Fill(body.ToJsonString())) : null,
                (int)response["status"]!,
                response["body"],
                [.. (node["mask"]?.AsArray() ?? []).Select(mask => (string)mask!)]));
        }

        return exchanges;
    }

    /// <summary>The value at a JSON pointer; null where there is none.</summary>
    public static JsonNode? At(JsonNode? node, string pointer) => pointer.Split('/').Skip(1).Aggregate(node, (current, step) => current switch
    {
        JsonObject members => members[step],
        JsonArray items when int.TryParse(step, CultureInfo.InvariantCulture, out var index) && index < items.Count => items[index],
        _ => null,
    });

    /// <summary>A copy without what is at the given pointers, where <c>*</c> is any index or key.</summary>
    public static JsonNode? Without(JsonNode? node, params IEnumerable<string> pointers)
    {
        var copy = node?.DeepClone();
        foreach (var pointer in pointers)
        {
            Remove(copy, pointer.Split('/').AsSpan(1));
        }

        return copy;
    }

    private static void Remove(JsonNode? node, ReadOnlySpan<string> path)
    {
        if (path.Length == 0)
        {
            return;
        }

        switch (node)
        {
            case JsonObject members:
                foreach (var name in path[0] == "*" ? [.. members.Select(member => member.Key)] : new List<string> { path[0] })
                {
                    if (path.Length == 1)
                    {
                        members.Remove(name);
                    }
                    else
                    {
                        Remove(members[name], path[1..]);
                    }
                }

                break;
            case JsonArray items:
                for (var index = items.Count - 1; index >= 0; index--)
                {
                    if (path[0] != "*" && path[0] != index.ToString(CultureInfo.InvariantCulture))
                    {
                        continue;
                    }

                    if (path.Length == 1)
                    {
                        items[index] = null;
                    }
                    else
                    {
                        Remove(items[index], path[1..]);
                    }
                }

                break;
            default:
                break;
        }
    }

    [GeneratedRegex(@"\$\{(?<id>[^:}]+):(?<what>[^:}]+)(:(?<count>\d+))?\}")]
    private static partial Regex Reference();

    public sealed record Exchange(
        string Id, string Method, string Path, string ContentType, JsonNode? Body, int Status, JsonNode? Response, IReadOnlyList<string> Masks);
}

using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Scalelab.Cluster.Tests.Replay;

/// <summary>A recorded scenario: exchanges in order, where later ones may use values of earlier answers.</summary>
internal sealed partial record Scenario(string Name, string UserAgent, IReadOnlyList<JsonNode> Exchanges)
{
    public static Scenario Read(string path)
    {
        var document = JsonNode.Parse(File.ReadAllText(path))!;
        return new Scenario((string)document["name"]!, (string?)document["userAgent"] ?? "vectors", [.. document["exchanges"]!.AsArray().Select(exchange => exchange!)]);
    }

    /// <summary>Puts in <c>${id:/pointer}</c> and <c>${repeat:a:1000}</c>.</summary>
    public static string Fill(string text, IReadOnlyDictionary<string, JsonNode?> answers) => Reference().Replace(text, match =>
    {
        var (source, argument) = (match.Groups[1].Value, match.Groups[2].Value);
        if (source == "repeat")
        {
            var parts = argument.Split(':');
            return string.Concat(Enumerable.Repeat(parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture)));
        }

        return Recordings.At(answers[source], argument)?.ToString() ?? throw new InvalidOperationException($"The answer {source} has nothing at {argument}.");
    });

    /// <summary>As <see cref="Fill(string, IReadOnlyDictionary{string, JsonNode?})"/>, in every text of a value.</summary>
    public static JsonNode? Fill(JsonNode? node, IReadOnlyDictionary<string, JsonNode?> answers) => node switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Fill(member.Value, answers)))),
        JsonArray items => new JsonArray([.. items.Select(item => Fill(item, answers))]),
        JsonValue value when value.TryGetValue<string>(out var text) => JsonValue.Create(Fill(text, answers)),
        _ => node?.DeepClone(),
    };

    [GeneratedRegex(@"\$\{([^:}]+):([^}]*)\}")]
    private static partial Regex Reference();
}

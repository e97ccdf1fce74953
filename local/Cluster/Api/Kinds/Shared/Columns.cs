using System.Globalization;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>Columns of Tables: those that many kinds have, and the pieces that cells are made of.</summary>
internal static class Columns
{
    public const string None = "<none>";
    public const string Unknown = "<unknown>";

    public static TableColumn Name { get; } = new("Name", "string", "name", 0, static (resource, _) => resource.Text("metadata", "name")) { Description = "The name, unique within the namespace." };

    public static TableColumn Age { get; } = new("Age", "string", "", 0, static (resource, now) => Since(resource.At("metadata", "creationTimestamp"), now)) { Description = "The time since creation." };

    /// <summary>A column of texts.</summary>
    public static TableColumn Text(string name, Func<JsonObject, JsonNode?> value) => new(name, "string", "", 0, (resource, _) => value(resource));

    /// <summary>A column of whole numbers.</summary>
    public static TableColumn Integer(string name, Func<JsonObject, long> value) => new(name, "integer", "", 0, (resource, _) => value(resource));

    /// <summary>A column that only wide output shows.</summary>
    public static TableColumn Wide(string name, Func<JsonObject, JsonNode?> value) => new(name, "string", "", 1, (resource, _) => value(resource));

    /// <summary>The wide columns of what has a pod template: containers, images, selector.</summary>
    public static IEnumerable<TableColumn> Template(params IEnumerable<string> templatePath)
    {
        string[] containers = [.. templatePath, "spec", "containers"];
        yield return Wide("Containers", resource => string.Join(',', resource.Items(containers).Select(container => container.Text("name"))));
        yield return Wide("Images", resource => string.Join(',', resource.Items(containers).Select(container => container.Text("image"))));
    }

    public static TableColumn Selector { get; } = Wide("Selector", static resource => Selectors.Print(resource.Struct("spec", "selector")));

    /// <summary>The age of a time; unknown where it is absent.</summary>
    public static string Since(JsonNode? time, DateTimeOffset now) =>
        Timestamps.TryParse(time.Text(), out var then) ? Durations.Age(now - then) : Unknown;

    public static string OrNone(string text) => text.Length == 0 ? None : text;

    /// <summary><c>a=b,c=d</c>, sorted by key.</summary>
    public static string Labels(JsonNode? map)
    {
        var texts = map.Entries().OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key}={entry.Value.Text()}");
        return OrNone(string.Join(',', texts));
    }

    /// <summary>Numbers and percentages as they stand; a text for absence.</summary>
    public static string IntOrString(JsonNode? value, string absent) => value switch
    {
        null => absent,
        _ when value.OptionalNumber() is { } number => number.ToString(CultureInfo.InvariantCulture),
        _ => value.Text(),
    };
}

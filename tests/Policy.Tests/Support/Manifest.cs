using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Scalelab.Policy.Framework;
using Scalelab.Policy.Protocol;

namespace Scalelab.Policy.Tests.Support;

/// <summary>A Kubernetes object as a program declares it, to be changed at a path and judged.</summary>
internal sealed class Manifest
{
    private const string Urn = "urn:pulumi:dev::lab::";

    private readonly JsonObject _json;

    private Manifest(string type, string name, JsonObject json, string[] ignoreChanges)
    {
        Type = type;
        Name = name;
        IgnoreChanges = ignoreChanges;
        _json = json;
    }

    public string Type { get; }

    public string Name { get; }

    public string[] IgnoreChanges { get; }

    /// <summary>The paths of everything within, the outermost first.</summary>
    public IReadOnlyList<string> Paths => [.. PathsOf(_json, "")];

    /// <summary>The paths of the texts within.</summary>
    public IReadOnlyList<string> Texts => [.. Paths.Where(path => Find(path)?.GetValueKind() == System.Text.Json.JsonValueKind.String)];

    public static JsonNode Unknown => JsonValue.Create(Signatures.Unknown);

    public static JsonNode Secret(JsonNode value) => new JsonObject { [Signatures.Key] = Signatures.Secret, [Signatures.ValueKey] = value };

    /// <param name="type">As <c>apps/v1:Deployment</c>.</param>
    /// <param name="json">The object.</param>
    /// <param name="name">What the program calls it.</param>
    public static Manifest Of(string type, string json, string name = "model") => new($"kubernetes:{type}", name, JsonNode.Parse(json)!.AsObject(), []);

    public JsonNode? Find(string path) => Steps(path).Aggregate((JsonNode?)_json, (node, step) => Child(node, step));

    public Manifest With(string path, JsonNode? value)
    {
        var json = _json.DeepClone().AsObject();
        string[] steps = [.. Steps(path)];
        JsonNode node = json;
        foreach (var step in steps[..^1])
        {
            if (Child(node, step) is not { } next)
            {
                next = new JsonObject();
                node.AsObject()[step] = next;
            }

            node = next;
        }

        if (node is JsonArray list)
        {
            list[int.Parse(steps[^1], System.Globalization.CultureInfo.InvariantCulture)] = value;
        }
        else
        {
            node.AsObject()[steps[^1]] = value;
        }

        return new Manifest(Type, Name, json, IgnoreChanges);
    }

    public Manifest Without(string path)
    {
        var json = _json.DeepClone().AsObject();
        string[] steps = [.. Steps(path)];
        steps[..^1].Aggregate((JsonNode?)json, Child)?.AsObject().Remove(steps[^1]);
        return new Manifest(Type, Name, json, IgnoreChanges);
    }

    public Manifest Ignoring(params string[] paths) => new(Type, Name, _json, paths);

    public AnalyzeRequest ToRequest() => new()
    {
        Type = Type,
        Urn = $"{Urn}{Type}::{Name}",
        Name = Name,
        Properties = JsonParser.Default.Parse<Struct>(_json.ToJsonString()),
        Options = new AnalyzerResourceOptions { IgnoreChanges = { IgnoreChanges } },
    };

    public Resource ToResource() => Resource.Of(ToRequest());

    // Names with dots are written with '~' in their place: the paths of tests stay readable without quotes.
    private static IEnumerable<string> Steps(string path) =>
        path.Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Split('.').Select(step => step.Replace('~', '.'));

    private static JsonNode? Child(JsonNode? node, string step) => node switch
    {
        JsonArray list => list[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)],
        JsonObject map => map[step],
        _ => null,
    };

    private static IEnumerable<string> PathsOf(JsonNode node, string path)
    {
        var children = node switch
        {
            JsonObject map => map.Select(entry => (Path: (path.Length == 0 ? "" : path + ".") + entry.Key.Replace('.', '~'), Node: entry.Value)),
            JsonArray list => list.Select((item, index) => (Path: $"{path}[{index}]", Node: item)),
            _ => [],
        };
        return children.SelectMany(child => child.Node is null ? [child.Path] : PathsOf(child.Node, child.Path).Prepend(child.Path));
    }
}

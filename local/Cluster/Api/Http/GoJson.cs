using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Http;

/// <summary>JSON from clients, with the messages of Go's decoder where it is none, and with duplicate fields noticed.</summary>
internal static class GoJson
{
    private const int Excerpt = 30;
    private const int MaximumDepth = 512;

    /// <summary>The options of a deletion.</summary>
    /// <exception cref="ApiException">400.</exception>
    public static JsonObject ParseDeleteOptions(ReadOnlyMemory<byte> bytes)
    {
        if (GoJsonScanner.FirstError(bytes.Span) is { } problem)
        {
            throw ApiErrors.BadRequest("couldn't get version/kind; json parse error: " + problem);
        }

        return ParseObject(bytes, "DeleteOptions", []);
    }

    /// <exception cref="ApiException">400.</exception>
    public static JsonObject ParseObject(ReadOnlyMemory<byte> bytes, string kind, ICollection<string> duplicates)
    {
        bytes = GoText.Valid(bytes);
        if (GoJsonScanner.FirstError(bytes.Span) is { } problem)
        {
            throw Unrecognized(kind, "couldn't get version/kind; json parse error: " + problem, bytes.Span);
        }

        var reader = new Utf8JsonReader(bytes.Span, new JsonReaderOptions { MaxDepth = MaximumDepth });
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            var value = (JsonObject)Read(ref reader, "", duplicates)!;
            return (PatchedType.WrongType(value, "apiVersion") ?? PatchedType.WrongType(value, "kind")) is { } wrong ? throw Unrecognized(kind, wrong, bytes.Span) : value;
        }

        if (reader.TokenType == JsonTokenType.Null)
        {
            return [];
        }

        var type = Describe(reader.TokenType);
        throw Unrecognized(
            kind,
            $"couldn't get version/kind; json parse error: json: cannot unmarshal {type} into Go value of type struct {{ APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }}",
            bytes.Span);
    }

    /// <summary>A patch.</summary>
    /// <param name="problems">Receives what stands in it twice, and what the operations of a JSON patch have too much.</param>
    /// <param name="isStrategic">Its messages go without the introduction that the others have.</param>
    /// <exception cref="ApiException">400.</exception>
    public static JsonNode? ParsePatch(ReadOnlyMemory<byte> bytes, bool wantsArray, ICollection<string> problems, bool isStrategic = false)
    {
        var introduction = isStrategic ? "" : "error decoding patch: ";
        bytes = GoText.Valid(bytes);
        if (GoJsonScanner.FirstError(bytes.Span) is { } problem)
        {
            throw ApiErrors.BadRequest(introduction + problem);
        }

        var reader = new Utf8JsonReader(bytes.Span, new JsonReaderOptions { MaxDepth = MaximumDepth });
        reader.Read();
        var wanted = wantsArray ? JsonTokenType.StartArray : JsonTokenType.StartObject;
        if (reader.TokenType != wanted && reader.TokenType != JsonTokenType.Null)
        {
            throw ApiErrors.BadRequest(
                $"{introduction}json: cannot unmarshal {Describe(reader.TokenType)} into Go value of type {(wantsArray ? "[]handlers.jsonPatchOp" : "map[string]interface {}")}");
        }

        var found = new List<string>();
        var patch = Read(ref reader, "", found);
        var operations = patch as JsonArray ?? [];
        for (var index = 0; index < operations.Count; index++)
        {
            found.AddRange((operations[index] as JsonObject ?? []).Select(member => member.Key).Where(name => name is not ("op" or "path" or "from" or "value"))
                .Select(name => string.Create(CultureInfo.InvariantCulture, $"unknown field \"[{index}].{name}\"")));
        }

        foreach (var text in found)
        {
            problems.Add(wantsArray ? "json patch " + text : text);
        }

        return patch;
    }

    private static JsonNode? Read(ref Utf8JsonReader reader, string path, ICollection<string> duplicates)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var value = new JsonObject();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var name = GoText.Read(ref reader);
                    reader.Read();
                    var childPath = path.Length == 0 ? name : $"{path}.{name}";
                    var child = Read(ref reader, childPath, duplicates);
                    if (value.ContainsKey(name))
                    {
                        duplicates.Add($"duplicate field \"{childPath}\"");
                    }

                    value[name] = child;
                }

                return value;
            case JsonTokenType.StartArray:
                var array = new JsonArray();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    array.Add(Read(ref reader, string.Create(CultureInfo.InvariantCulture, $"{path}[{array.Count}]"), duplicates));
                }

                return array;
            case JsonTokenType.String:
                return JsonValue.Create(GoText.Read(ref reader));
            case JsonTokenType.Number when reader.TryGetInt64(out var whole):
                return JsonValue.Create(whole);
            case JsonTokenType.Number when reader.TryGetDecimal(out var exact):
                return JsonValue.Create(exact);
            case JsonTokenType.Number:
                return JsonValue.Create(reader.GetDouble());
            case JsonTokenType.True:
                return JsonValue.Create(true);
            case JsonTokenType.False:
                return JsonValue.Create(false);
            default:
                return null;
        }
    }

    /// <summary>A body of which not even the kind can be read; the message shows its start.</summary>
    public static ApiException Unrecognized(string kind, string problem, ReadOnlySpan<byte> body) =>
        ApiErrors.BadRequest($"the object provided is unrecognized (must be of type {kind}): {problem} ({Head(body)})");

    private static string Describe(JsonTokenType type) => type switch
    {
        JsonTokenType.StartArray => "array",
        JsonTokenType.StartObject => "object",
        JsonTokenType.String => "string",
        JsonTokenType.Number => "number",
        JsonTokenType.True or JsonTokenType.False => "bool",
        _ => "null",
    };

    private static string Head(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return "<empty>";
        }

        // What begins like JSON is shown as text, anything else as the bytes that it is.
        var head = bytes.Length > Excerpt ? bytes[..Excerpt] : bytes;
        var text = head[0] == '{' ? Encoding.UTF8.GetString(head) : Convert.ToHexStringLower(head);
        return bytes.Length > Excerpt ? text + " ..." : text;
    }
}

using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s.Models;

namespace Scalelab.Cluster.Api;

/// <summary>
/// What validation finds wrong with an object, collected; each entry becomes one cause of the 422 Status. The texts are those of
/// apimachinery's field errors. Paths are written as upstream prints them: <c>spec.containers[0].name</c>, <c>metadata.labels[key]</c>.
/// </summary>
public sealed class FieldErrors
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<V1StatusCause> _causes = [];

    public IReadOnlyList<V1StatusCause> Causes => _causes;

    public bool Any => _causes.Count > 0;

    public void Required(string path, string detail = "") => Add("FieldValueRequired", path, "Required value", detail);

    /// <param name="value">The bad value as it is in the object; null prints as <c>null</c>.</param>
    public void Invalid(string path, JsonNode? value, string detail) => Add("FieldValueInvalid", path, $"Invalid value: {Print(value)}", detail);

    public void TypeInvalid(string path, JsonNode? value, string detail) => Add("FieldValueTypeInvalid", path, $"Invalid value: {Print(value)}", detail);

    public void Duplicate(string path, JsonNode? value) => Add("FieldValueDuplicate", path, $"Duplicate value: {Print(value)}", "");

    public void NotFound(string path, JsonNode? value) => Add("FieldValueNotFound", path, $"Not found: {Print(value)}", "");

    public void Forbidden(string path, string detail) => Add("FieldValueForbidden", path, "Forbidden", detail);

    public void TooLong(string path, int maximumBytes) =>
        Add("FieldValueTooLong", path, "Too long", string.Create(CultureInfo.InvariantCulture, $"may not be more than {maximumBytes} bytes"));

    public void TooMany(string path, int count, int maximum) => Add(
        "FieldValueTooMany", path, string.Create(CultureInfo.InvariantCulture, $"Too many: {count}"), string.Create(CultureInfo.InvariantCulture, $"must have at most {maximum} items"));

    /// <param name="supported">The supported values, in the order to be printed.</param>
    public void NotSupported(string path, JsonNode? value, IEnumerable<string> supported) => Add(
        "FieldValueNotSupported", path, $"Unsupported value: {Print(value)}", "supported values: " + string.Join(", ", supported.Select(Quote)));

    public void InternalError(string path, string detail) => Add("InternalError", path, "Internal error", detail);

    /// <summary>Adds a cause as it is, for the rare text that no rule above gives.</summary>
    public void Add(string reason, string path, string message, string detail)
    {
        var text = detail.Length == 0 ? message : $"{message}: {detail}";
        _causes.Add(new V1StatusCause { Reason = reason, Message = text, Field = path });
    }

    /// <summary>The sum of all entries as upstream's aggregate prints it: equal texts once, several in brackets.</summary>
    public string Summary()
    {
        var texts = _causes.Select(cause => cause.Field is { Length: > 0 } ? $"{cause.Field}: {cause.Message}" : cause.Message).Distinct().ToList();
        return texts.Count == 1 ? texts[0] : $"[{string.Join(", ", texts)}]";
    }

    private static string Print(JsonNode? value) => value switch
    {
        null => "null",
        JsonValue scalar when scalar.GetValueKind() == JsonValueKind.String => Quote(scalar.GetValue<string>()),
        _ => value.ToJsonString(Plain),
    };

    /// <summary>Go's %q.</summary>
    private static string Quote(string text)
    {
        var builder = new StringBuilder(text.Length + 2).Append('"');
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '"' => builder.Append("\\\""),
                '\\' => builder.Append("\\\\"),
                '\n' => builder.Append("\\n"),
                '\r' => builder.Append("\\r"),
                '\t' => builder.Append("\\t"),
                < 0x20 or 0x7f => builder.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}"),
                _ => builder.Append(rune.ToString()),
            };
        }

        return builder.Append('"').ToString();
    }
}

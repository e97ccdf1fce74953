using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Controllers.Deployments;

/// <summary>
/// Prints a value as Go's spew prints the struct that Kubernetes decodes it to (<c>%#v</c>, keys sorted, no addresses): that text is what
/// kube-controller-manager hashes. A number of more than 18 digits, which Go keeps in another form, is printed as if it were a smaller one.
/// </summary>
internal static class GoSyntax
{
    private const string ZeroTime = "{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}";
    private const string ResourceList = "map[v1.ResourceName]resource.Quantity";
    private const string Nil = "<nil>";

    public static string Print(JsonNode value, string type)
    {
        var text = new StringBuilder(8192);
        Print(text, value, type, named: false);
        return text.ToString();
    }

    /// <param name="named">Whether the type stands before already.</param>
    private static void Print(StringBuilder text, JsonNode? value, string type, bool named)
    {
        if (!named)
        {
            text.Append('(').Append(type).Append(')');
        }

        if (type[0] == '*')
        {
            if (value is null)
            {
                text.Append(Nil);
            }
            else
            {
                Print(text, value, type[1..], named: true);
            }
        }
        else if (type.StartsWith("[]", StringComparison.Ordinal))
        {
            PrintList(text, value as JsonArray, type[2..]);
        }
        else if (type == "v1.ResourceList" || type.StartsWith("map[", StringComparison.Ordinal))
        {
            PrintMap(text, value as JsonObject, type == "v1.ResourceList" ? ResourceList : type);
        }
        else if (GoTypes.FieldsOf(type) is { } fields)
        {
            PrintStruct(text, value as JsonObject, fields);
        }
        else
        {
            PrintScalar(text, value, type);
        }
    }

    private static void PrintList(StringBuilder text, JsonArray? items, string type)
    {
        if (items is not { Count: > 0 })
        {
            text.Append(Nil);
            return;
        }

        text.Append('[');
        for (var index = 0; index < items.Count; index++)
        {
            text.Append(index > 0 ? " " : "");
            Print(text, items[index], type, named: true);
        }

        text.Append(']');
    }

    private static void PrintMap(StringBuilder text, JsonObject? entries, string type)
    {
        if (entries is not { Count: > 0 })
        {
            text.Append(Nil);
            return;
        }

        var (valueType, separator) = (type[(type.IndexOf(']', StringComparison.Ordinal) + 1)..], "");
        text.Append("map[");
        foreach (var (key, value) in entries.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            text.Append(separator).Append(key).Append(':');
            Print(text, value, valueType, named: true);
            separator = " ";
        }

        text.Append(']');
    }

    private static void PrintStruct(StringBuilder text, JsonObject? members, GoField[] fields)
    {
        var separator = '{';
        foreach (var field in fields)
        {
            text.Append(separator).Append(field.Name).Append(':');
            Print(text, field.WireName.Length == 0 ? members : members?[field.WireName], field.Type, named: false);
            separator = ' ';
        }

        text.Append('}');
    }

    private static void PrintScalar(StringBuilder text, JsonNode? value, string type) => text.Append(type switch
    {
        "v1.Time" => ZeroTime,
        "bool" => value?.GetValueKind() == JsonValueKind.True ? "true" : "false",
        "int32" or "int64" => value?.ToJsonString() ?? "0",
        "resource.Quantity" => GoQuantity.Print(value?.ToString() ?? "0"),
        "intstr.IntOrString" => value?.GetValueKind() == JsonValueKind.String
            ? $"{{Type:(intstr.Type)1 IntVal:(int32)0 StrVal:(string){value}}}"
            : $"{{Type:(intstr.Type)0 IntVal:(int32){value?.ToJsonString() ?? "0"} StrVal:(string)}}",
        _ => value?.ToString() ?? "",
    });
}

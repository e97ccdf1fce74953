using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scalelab.Engine.Providers.Kubernetes.Awaiting.JsonPaths;

namespace Scalelab.Engine.Providers.Kubernetes.Awaiting;

/// <summary>
/// What the annotation <c>pulumi.com/waitFor</c> asks for, in place of what is known of the kind: one of <c>condition=TYPE</c>,
/// <c>condition=TYPE=STATUS</c>, <c>jsonpath={PATH}</c> (it selects something) and <c>jsonpath={PATH}=VALUE</c>, or a JSON list of them, which
/// all have to hold.
/// </summary>
internal sealed class WaitFor
{
    public const string Annotation = "pulumi.com/waitFor";

    private const string ConditionPrefix = "condition=";
    private const string PathPrefix = "jsonpath=";

    private readonly Func<JsonObject, Verdict>[] _all;

    private WaitFor(Func<JsonObject, Verdict>[] all)
    {
        _all = all;
    }

    /// <param name="text">The annotation's value.</param>
    /// <param name="waitFor">What it asks for.</param>
    /// <param name="error">What is wrong with it and what would be right.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out WaitFor? waitFor, [NotNullWhen(false)] out string? error)
    {
        (waitFor, error) = (null, null);
        var all = new List<Func<JsonObject, Verdict>>();
        foreach (var expression in Split(text))
        {
            if (Parse(expression, out error) is not { } judge)
            {
                error ??= $"'{expression}' is not understood. Write condition=TYPE, condition=TYPE=STATUS, jsonpath={{.path}} or jsonpath={{.path}}=VALUE, or a JSON list of such texts.";
                return false;
            }

            all.Add(judge);
        }

        if (all.Count == 0)
        {
            error = "the list is empty: name at least one condition, or leave the annotation out.";
            return false;
        }

        waitFor = new WaitFor([.. all]);
        return true;
    }

    /// <summary>How the object stands by all of them.</summary>
    public Verdict Judge(JsonObject live)
    {
        var open = _all.Select(judge => judge(live)).Where(verdict => !verdict.IsReady).ToArray();
        return open.Length == 0
            ? Verdict.Ready
            : open.FirstOrDefault(verdict => verdict.IsHopeless) ?? Verdict.Waiting(string.Join("; ", open.Select(verdict => verdict.Message)));
    }

    private static string[] Split(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<string[]>(text) ?? [text];
        }
        catch (JsonException)
        {
            return [text];
        }
    }

    private static Func<JsonObject, Verdict>? Parse(string expression, out string? error)
    {
        error = null;
        if (expression.StartsWith(ConditionPrefix, StringComparison.Ordinal))
        {
            var parts = expression[ConditionPrefix.Length..].Split('=', 2);
            return parts switch
            {
                [{ Length: > 0 } type] => live => ByCondition(live, type, "True"),
                [{ Length: > 0 } type, { Length: > 0 } status] => live => ByCondition(live, type, status),
                _ => null,
            };
        }

        return expression.StartsWith(PathPrefix, StringComparison.Ordinal) ? ParsePath(expression[PathPrefix.Length..], out error) : null;
    }

    private static Func<JsonObject, Verdict>? ParsePath(string text, out string? error)
    {
        error = null;
        // The path may hold braces and equals signs in texts; the last "}=" or "}" ends it.
        var (path, value) = text.LastIndexOf("}=", StringComparison.Ordinal) is >= 0 and var end ? (text[..(end + 1)], text[(end + 2)..]) : (text, null);
        if (path is not ['{', .., '}'])
        {
            error = $"'{PathPrefix}{text}': the path belongs into braces, without a shell's quotes: jsonpath={{.status.phase}}=Running.";
            return null;
        }

        if (value is { Length: 0 })
        {
            error = $"'{PathPrefix}{text}': there is no value behind the '='. Leave the '=' out to wait until the path selects something.";
            return null;
        }

        try
        {
            var query = JsonPath.Parse(path[1..^1].Trim());
            return live => ByPath(live, query, path, value);
        }
        catch (FormatException e)
        {
            error = $"'{PathPrefix}{text}': {e.Message}";
            return null;
        }
    }

    // As kubectl wait does it: types and states in any case, and a condition of an older generation does not count.
    private static Verdict ByCondition(JsonObject live, string type, string status)
    {
        var condition = live.Items("status", "conditions").FirstOrDefault(item => string.Equals(item.Text("type"), type, StringComparison.OrdinalIgnoreCase));
        var observed = condition.Integer(live.Integer(long.MaxValue, "status", "observedGeneration"), "observedGeneration");
        if (observed >= live.Integer(0, "metadata", "generation") && string.Equals(condition.Text("status"), status, StringComparison.OrdinalIgnoreCase))
        {
            return Verdict.Ready;
        }

        var found = condition is null ? "" : $" (it is {condition.Text("status")}{(condition.Text("reason") is { Length: > 0 } reason ? $", {reason}" : "")}{(condition.Text("message") is { Length: > 0 } message ? $": {message}" : "")})";
        return Verdict.Waiting($"waiting for the condition {type} to be {status}{found}");
    }

    private static Verdict ByPath(JsonObject live, JsonPath query, string path, string? value)
    {
        var isObserved = live.Integer(long.MaxValue, "status", "observedGeneration") >= live.Integer(0, "metadata", "generation");
        var selected = query.Select(live).Take(1).ToArray();
        if (selected.Length == 0)
        {
            return Verdict.Waiting($"waiting for {path}{(value is null ? "" : $" to be {value}")} (it selects nothing)");
        }

        if (value is not null && selected[0] is JsonObject or JsonArray)
        {
            return Verdict.Hopeless($"{path} selects an object or a list, which is never '{value}'. Select a single value.");
        }

        var found = JsonPath.Text(selected[0]);
        return isObserved && (value is null || found == value)
            ? Verdict.Ready
            : Verdict.Waiting($"waiting for {path}{(value is null ? "" : $" to be {value}")} (it is {found})");
    }
}

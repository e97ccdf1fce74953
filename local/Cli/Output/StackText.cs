using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scalelab.Engine.Projects;
using Scalelab.Engine.State;

namespace Scalelab.Cli.Output;

/// <summary>Stacks and their updates as text, and as the Pulumi CLI's JSON.</summary>
internal static class StackText
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IEnumerable<string> Lines(IReadOnlyList<StackSummary> stacks, DateTimeOffset now)
    {
        var width = stacks.Select(stack => stack.Name.Length).Append("NAME".Length).Max();
        yield return $"{"NAME".PadRight(width)}  {"LAST UPDATE",-16}  RESOURCES";
        foreach (var stack in stacks)
        {
            var updated = stack.UpdateInProgress ? "in progress" : stack.LastUpdate is { } time ? $"{Durations.Format(now - time)} ago" : "never";
            yield return $"{stack.Name.PadRight(width)}  {updated,-16}  {stack.ResourceCount?.ToString(CultureInfo.InvariantCulture) ?? stack.Problem}";
        }
    }

    public static string Json(IReadOnlyList<StackSummary> stacks) => new JsonArray([.. stacks.Select(stack =>
    {
        var json = new JsonObject { ["name"] = stack.Name, ["current"] = false };
        if (stack.LastUpdate is { } time)
        {
            json["lastUpdate"] = Time(time);
            json["updateInProgress"] = stack.UpdateInProgress;
        }

        if (stack.ResourceCount is { } count)
        {
            json["resourceCount"] = count;
        }

        return (JsonNode)json;
    })]).ToJsonString(Indented);

    public static IEnumerable<string> Lines(IReadOnlyList<UpdateRecord> updates)
    {
        if (updates.Count == 0)
        {
            yield return "No updates are recorded.";
        }

        foreach (var update in updates)
        {
            var started = DateTimeOffset.FromUnixTimeSeconds(update.StartTime);
            var changes = update.ResourceChanges.Where(change => change.Key != "same").Select(change => $"{change.Value} {change.Key}").DefaultIfEmpty("no changes");
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{update.Version,4}  {started:yyyy-MM-dd HH:mm:ss}Z  {update.Kind,-8}  {update.Result,-9}  {Durations.Format(TimeSpan.FromSeconds(update.EndTime - update.StartTime)),6}  {string.Join(", ", changes)}");
        }
    }

    /// <param name="updates">The updates.</param>
    /// <param name="reveal">Decrypts a secret value; null leaves secrets out, as the CLI does.</param>
    public static string Json(IReadOnlyList<UpdateRecord> updates, Func<RecordedValue, string>? reveal) => new JsonArray([.. updates.Select(update => (JsonNode)new JsonObject
    {
        ["version"] = update.Version,
        ["kind"] = update.Kind,
        ["startTime"] = Time(DateTimeOffset.FromUnixTimeSeconds(update.StartTime)),
        ["message"] = update.Message,
        ["environment"] = new JsonObject(update.Environment.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value))),
        ["config"] = new JsonObject(update.Config.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => KeyValuePair.Create(
            entry.Key,
            (JsonNode?)Value(entry.Value.IsSecret ? reveal?.Invoke(entry.Value) : entry.Value.Text, entry.Value.IsSecret, entry.Value.IsObject)))),
        ["result"] = update.Result,
        ["endTime"] = Time(DateTimeOffset.FromUnixTimeSeconds(update.EndTime)),
        ["resourceChanges"] = new JsonObject(update.ResourceChanges.Select(change => KeyValuePair.Create(change.Key, (JsonNode?)change.Value))),
    })]).ToJsonString(Indented);

    /// <summary>The stack's configuration: keys of the project without its name.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<ConfigEntry> config, string project)
    {
        var names = config.Select(entry => entry.Key.StartsWith($"{project}:", StringComparison.Ordinal) ? entry.Key[(project.Length + 1)..] : entry.Key).ToArray();
        var width = names.Select(name => name.Length).Append("KEY".Length).Max();
        yield return $"{"KEY".PadRight(width)}  VALUE";
        for (var i = 0; i < config.Count; i++)
        {
            yield return $"{names[i].PadRight(width)}  {config[i].Display}";
        }
    }

    public static string Json(IReadOnlyList<ConfigEntry> config) => new JsonObject(config.Select(entry => KeyValuePair.Create(
        entry.Key,
        (JsonNode?)Value(entry.Value, entry.IsSecret, entry.IsObject)))).ToJsonString(Indented);

    public static string Json(ConfigEntry entry) => Value(entry.Value, entry.IsSecret, entry.IsObject).ToJsonString(Indented);

    private static JsonObject Value(string? value, bool isSecret, bool isObject)
    {
        var json = new JsonObject();
        if (value is not null)
        {
            json["value"] = value;
            if (isObject)
            {
                json["objectValue"] = JsonNode.Parse(value);
            }
        }

        json["secret"] = isSecret;
        return json;
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}

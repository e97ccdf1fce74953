using System.Text.Json.Serialization;
using Scalelab.Engine.Events;
using Scalelab.Engine.Projects;

namespace Scalelab.Engine.State;

/// <summary>One past update of a stack, in the form that the CLI's own backend keeps (backend.UpdateInfo).</summary>
public sealed record UpdateRecord
{
    /// <summary>Counts a stack's updates, from 1.</summary>
    [JsonPropertyName("version")]
    public int Version { get; init; }

    /// <summary>update, refresh, destroy or import.</summary>
    [JsonPropertyName("kind")]
    public required string Kind { get; init; }

    /// <summary>In seconds since 1970.</summary>
    [JsonPropertyName("startTime")]
    public required long StartTime { get; init; }

    /// <summary>In seconds since 1970.</summary>
    [JsonPropertyName("endTime")]
    public required long EndTime { get; init; }

    [JsonPropertyName("message")]
    public string Message { get; init; } = "";

    [JsonPropertyName("environment")]
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The stack's configuration then, secrets encrypted.</summary>
    [JsonPropertyName("config")]
    public IReadOnlyDictionary<string, RecordedValue> Config { get; init; } = new Dictionary<string, RecordedValue>();

    /// <summary>succeeded or failed.</summary>
    [JsonPropertyName("result")]
    public required string Result { get; init; }

    /// <summary>How many resources each kind of step had, by the CLI's names.</summary>
    [JsonPropertyName("resourceChanges")]
    public IReadOnlyDictionary<string, int> ResourceChanges { get; init; } = new Dictionary<string, int>();

    internal static UpdateRecord Of(UpdateResult result, StackSettings settings, DateTimeOffset ended) => new()
    {
        Kind = KindOf(result.Kind),
        StartTime = (ended - result.Duration).ToUnixTimeSeconds(),
        EndTime = ended.ToUnixTimeSeconds(),
        Config = settings.Config.ToDictionary(entry => entry.Key, entry => new RecordedValue(entry.Value.Text, entry.Value.IsSecret, entry.Value.IsObject)),
        Result = result.Succeeded ? "succeeded" : "failed",
        ResourceChanges = result.Counts.Where(count => count.Value > 0).GroupBy(count => NameOf(count.Key)).ToDictionary(counts => counts.Key, counts => counts.Sum(count => count.Value)),
    };

    /// <summary>What a user types for such an update.</summary>
    internal static string CommandOf(UpdateKind kind) => kind switch
    {
        UpdateKind.Up => "up",
        UpdateKind.Destroy => "destroy",
        UpdateKind.Refresh => "refresh",
        _ => "preview",
    };

    private static string KindOf(UpdateKind kind) => kind == UpdateKind.Up ? "update" : CommandOf(kind);

    private static string NameOf(StepKind kind) => kind switch
    {
        StepKind.Same => "same",
        StepKind.Create => "create",
        StepKind.Update => "update",
        StepKind.Replace => "replace",
        StepKind.DeleteReplaced => "delete-replaced",
        StepKind.Delete or StepKind.Forget => "delete",
        StepKind.Read => "read",
        StepKind.Import => "import",
        _ => "refresh",
    };
}

/// <summary>A configuration value of a past update.</summary>
/// <param name="Text">The value; for a secret its ciphertext, for a structured value its JSON.</param>
/// <param name="IsSecret">The value or some part of it is secret.</param>
/// <param name="IsObject">The value is structured.</param>
public sealed record RecordedValue(
    [property: JsonPropertyName("string")] string Text,
    [property: JsonPropertyName("secret")] bool IsSecret,
    [property: JsonPropertyName("object")] bool IsObject);

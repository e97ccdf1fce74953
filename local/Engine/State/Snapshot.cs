using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Scalelab.Engine.Secrets;

namespace Scalelab.Engine.State;

/// <summary>The whole state of a stack (the CLI's DeploymentV3).</summary>
/// <param name="Resources">Dependencies before dependents.</param>
/// <param name="PendingOperations">What an interrupted update was doing.</param>
/// <param name="Extra">What the file's deployment says beyond that; kept.</param>
internal sealed record Snapshot(ImmutableArray<ResourceState> Resources, ImmutableArray<PendingOperation> PendingOperations, JsonObject? Extra = null)
{
    public static Snapshot Empty { get; } = new([], []);

    /// <summary>Which engine wrote it, and when (the CLI's ManifestV1); null when nothing has.</summary>
    public JsonObject? Manifest { get; init; }

    /// <summary>The CLI's notes about the state's integrity; kept.</summary>
    public JsonObject? Metadata { get; init; }

    /// <summary>What the file said a reader has to understand.</summary>
    public ImmutableArray<string> Features { get; init; } = [];

    /// <summary>What encrypted the file's secrets; null when it did not say.</summary>
    public ISecretsManager? SecretsProvider { get; init; }

    public bool IsEmpty => Resources.IsEmpty && PendingOperations.IsEmpty;

    /// <summary>Who wrote the state: this engine, whose version is none of the CLI's. The CLI takes an empty magic for an empty version.</summary>
    public static JsonObject ManifestOf(DateTimeOffset now) => new() { ["time"] = ((Timestamp)now).Text, ["magic"] = "", ["version"] = "" };

    /// <summary>What the CLI puts beside the version of the engine that wrote a state (Manifest.NewMagic).</summary>
    public static string MagicOf(string version) => version.Length == 0 ? "" : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(version)));

    /// <summary>With the magic that belongs to its version.</summary>
    public Snapshot Signed()
    {
        var manifest = (JsonObject?)Manifest?.DeepClone() ?? ManifestOf(DateTimeOffset.UnixEpoch);
        manifest["magic"] = MagicOf(manifest["version"]?.GetValue<string>() ?? "");
        return this with { Manifest = manifest };
    }

    /// <summary>As this engine writes it now. The plugins stay listed: going back to the CLI, they are wanted again.</summary>
    public Snapshot WrittenAt(DateTimeOffset now)
    {
        var manifest = ManifestOf(now);
        if (Manifest?["plugins"] is { } plugins)
        {
            manifest["plugins"] = plugins.DeepClone();
        }

        return this with { Manifest = manifest };
    }

    /// <summary>What is wrong with the snapshot; null when every rule holds: references point backwards, URNs are unique among the living.</summary>
    public string? FindProblem() => SnapshotCheck.FindProblem(this);
}

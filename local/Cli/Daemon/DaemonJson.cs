using System.Text.Json.Serialization;

namespace Scalelab.Cli.Daemon;

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DaemonRecord))]
internal sealed partial class DaemonJson : JsonSerializerContext;

using System.Text.Json.Serialization;

namespace Scalelab.Cli.Daemon;

[JsonConverter(typeof(JsonStringEnumConverter<DaemonState>))]
internal enum DaemonState
{
    Starting,
    Ready,
    Stopping,
    Failed,
}

using Pulumirpc;

namespace Pulumi;

/// <summary>Where messages go: the engine, or a test.</summary>
internal interface IEngine
{
    Task LogAsync(LogRequest request);

    Task RequirePulumiVersionAsync(string range);
}

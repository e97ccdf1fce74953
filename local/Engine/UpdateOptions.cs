using Scalelab.Engine.Projects;

namespace Scalelab.Engine;

/// <summary>Everything that an update of one stack depends on.</summary>
public sealed record UpdateOptions
{
    public required PulumiProject Project { get; init; }

    /// <summary>The stack's name, as in <c>Pulumi.NAME.yaml</c>. An unknown name fails with the list of the known ones.</summary>
    public required string Stack { get; init; }

    /// <summary>Where <c>NAME.json</c> (the state), its lock and the desk's key lie. Made when absent, for the owner only.</summary>
    public required string StateFolder { get; init; }

    /// <summary>
    /// Configuration that wins over the stack's file, like <c>pulumi up -c</c> but without changing the file. Keys are
    /// <c>namespace:key</c>; a key without a namespace belongs to the project.
    /// </summary>
    public IReadOnlyDictionary<string, string> ConfigOverrides { get; init; } = new Dictionary<string, string>();

    /// <summary>The program's built assembly. Null: the newest build found under the project's <c>main</c> folder.</summary>
    public string? ProgramAssembly { get; init; }

    /// <summary>Variables for the program and for local commands, on top of the engine's own environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>How many provider operations run at a time, at least 1. Default 16.</summary>
    public int Parallel { get; init; } = 16;
}

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

    /// <summary>The policy packs that the stack is held against by previews and updates. None by default.</summary>
    public IReadOnlyList<PolicyPackOptions> PolicyPacks { get; init; } = [];

    /// <summary>
    /// What the update waits for before it works on the first resource, while program and policy packs start. When it fails, so does the
    /// update, with the message of an <see cref="EngineException"/>. Null: nothing.
    /// </summary>
    public Task? Prerequisite { get; init; }

    /// <summary>What a variable is, those of <see cref="Environment"/> first; null when it is not set.</summary>
    internal string? Variable(string name) => Environment.TryGetValue(name, out var value) ? value : System.Environment.GetEnvironmentVariable(name);

    /// <summary>How many provider operations run at a time, at least 1. Default 16.</summary>
    public int Parallel { get; init; } = 16;

    /// <summary>
    /// URNs of the resources to deal with; all others stay as they are. <c>*</c> stands for any text without a colon, <c>**</c> for any.
    /// Empty: all. Not together with <see cref="Excludes"/>.
    /// </summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>Whether what depends on a target is a target too.</summary>
    public bool TargetDependents { get; init; }

    /// <summary>URNs of the resources to leave as they are, in the form of <see cref="Targets"/>.</summary>
    public IReadOnlyList<string> Excludes { get; init; } = [];

    /// <summary>Whether what depends on an excluded resource is excluded too.</summary>
    public bool ExcludeDependents { get; init; }

    /// <summary>URNs of the resources to replace whether or not they changed, in the form of <see cref="Targets"/>.</summary>
    public IReadOnlyList<string> Replaces { get; init; } = [];

    /// <summary>Whether the update goes on after a resource failed, with what does not depend on it.</summary>
    public bool ContinueOnError { get; init; }

    /// <summary>
    /// Resources of a cluster that does not exist any more, as far as can be seen, count as deleted. One that answers, but refuses, never does.
    /// </summary>
    public bool DeleteUnreachable { get; init; }

    /// <summary>Whether to look first at what every resource really is, and to go on from there. Null: as the project says, see <see cref="PulumiProject.RefreshesAlways"/>.</summary>
    public bool? Refresh { get; init; }

    /// <summary>For a refresh: show what it would take into the state, and take nothing.</summary>
    public bool PreviewOnly { get; init; }
}

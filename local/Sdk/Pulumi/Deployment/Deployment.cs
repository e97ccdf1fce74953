using System.Collections.Concurrent;

namespace Pulumi;

/// <summary>One run of a program, against an engine or, in tests, against mocks.</summary>
public sealed partial class Deployment
{
    private static readonly AsyncLocal<Deployment?> Ambient = new();
    private readonly IMonitor _monitor;
    private readonly IEngine _engine;
    private readonly ConcurrentDictionary<string, Lazy<Task<bool>>> _features = new();
    private readonly string? _rootDirectory;
    private Stack? _stack;

    private Deployment(ProgramSettings settings, IMonitor monitor, IEngine engine)
    {
        _monitor = monitor;
        _engine = engine;
        _rootDirectory = settings.RootDirectory;
        ProjectName = settings.Project;
        StackName = settings.Stack;
        OrganizationName = settings.Organization;
        IsDryRun = settings.IsDryRun;
        Config = ProgramConfig.FromEnvironment();
        Logger = new EngineLogger(engine, Tasks);
        PublicInstance = new DeploymentInstance(this);
    }

    /// <summary>The run that the calling code belongs to.</summary>
    /// <exception cref="InvalidOperationException">The code does not run inside RunAsync or TestAsync.</exception>
    public static DeploymentInstance Instance => CurrentOrThrow.PublicInstance;

    internal static Deployment? Current => Ambient.Value;

    internal static Deployment CurrentOrThrow
        => Current ?? throw new InvalidOperationException(
            "There is no deployment here: resources, configuration and logging work only inside Deployment.RunAsync or Deployment.TestAsync.");

    internal string ProjectName { get; }

    internal string StackName { get; }

    internal string OrganizationName { get; }

    internal bool IsDryRun { get; }

    internal string RootDirectory
        => _rootDirectory ?? throw new InvalidOperationException("The engine did not tell the project's root directory; update it.");

    internal ProgramConfig Config { get; }

    internal TaskTracker Tasks { get; } = new();

    internal EngineLogger Logger { get; }

    internal DeploymentInstance PublicInstance { get; }

    internal Stack Stack
    {
        get => _stack ?? throw new InvalidOperationException("The stack is not there yet: declare resources in its constructor, or after it.");
        set => _stack = value;
    }

    /// <summary>Fails the program where the engine's version is outside the range, which is written as npm does: <c>&gt;=3.100.0</c>.</summary>
    public static Task RequirePulumiVersionAsync(string pulumiVersionRange)
    {
        var task = CurrentOrThrow._engine.RequirePulumiVersionAsync(pulumiVersionRange);
        CurrentOrThrow.Tasks.Add(task);
        return task;
    }

    private Task<bool> SupportsAsync(string feature)
        => _features.GetOrAdd(feature, id => new Lazy<Task<bool>>(() => _monitor.SupportsFeatureAsync(id))).Value;
}

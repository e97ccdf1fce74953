using Scalelab.Engine.Events;
using Scalelab.Engine.Projects;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Providers.Command;
using Scalelab.Engine.Providers.Docker;
using Scalelab.Engine.Providers.Kubernetes;
using Scalelab.Engine.Secrets;
using Scalelab.Engine.State;

namespace Scalelab.Engine.Tests.Support;

/// <summary>A project with the stack <c>dev</c>, a fake cloud and programs that tests play.</summary>
internal sealed class TestStack : IDisposable
{
    public const string Project = "lab";
    public const string Name = "dev";

    private readonly TestFolder _folder;

    public TestStack(string config = "", string? folder = null)
    {
        _folder = new TestFolder(folder);
        _folder.File("Pulumi.yaml", $"name: {Project}\nruntime: dotnet\n");
        _folder.File($"Pulumi.{Name}.yaml", config);
    }

    public FakeCloud Cloud { get; init; } = new();

    public EventLog Events { get; private set; } = new();

    public string Folder => _folder.Path;

    public string StateFolder => Path.Combine(_folder.Path, "state");

    public string StatePath => Path.Combine(StateFolder, $"{Name}.json");

    public string JournalPath => Path.Combine(StateFolder, $"{Name}.journal");

    public Snapshot State => new StateFile(StateFolder, Name, new DeskKeySecretsManager(StateFolder), TimeProvider.System).Read();

    public int Parallel { get; set; } = 16;

    public IReadOnlyDictionary<string, string> Environment { get; set; } = new Dictionary<string, string>();

    /// <summary>Called after each step, when its result is recorded.</summary>
    public Action<Step>? AtStep { get; set; }

    /// <summary>The clock of time limits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Says how the next updates differ from ordinary ones.</summary>
    public Func<UpdateOptions, UpdateOptions> Adjust { get; set; } = options => options;

    public static PropertyMap Map(params (string Key, PropertyValue Value)[] values) => new(values.Select(value => KeyValuePair.Create(value.Key, value.Value)));

    public static Urn Thing(string name) => Urn.Create(Name, Project, Urn.ForStack(Name, Project), "fake:index:Thing", name);

    public Task<UpdateResult> UpAsync(Func<ProgramClient, Task> program, CancellationToken? cancel = null) => RunAsync(UpdateKind.Up, program, cancel);

    public Task<UpdateResult> PreviewAsync(Func<ProgramClient, Task> program) => RunAsync(UpdateKind.Preview, program, cancel: null);

    public Task<UpdateResult> RefreshAsync(bool previewOnly = false, bool deleteUnreachable = false) =>
        NewEngine(_ => throw new InvalidOperationException("A refresh must not run the program."))
            .RefreshAsync(Options() with { PreviewOnly = previewOnly, DeleteUnreachable = deleteUnreachable }, Events = new EventLog(), TestContext.Current.CancellationToken);

    /// <summary>An update that looks first.</summary>
    public Task<UpdateResult> RefreshAndUpAsync(Func<ProgramClient, Task> program) =>
        NewEngine(program).UpAsync(Options() with { Refresh = true }, Events = new EventLog(), TestContext.Current.CancellationToken);

    public Task<UpdateResult> DestroyAsync() => RunAsync(UpdateKind.Destroy, _ => throw new InvalidOperationException("A destroy must not run the program."), cancel: null);

    public UpdateOptions Options() => Adjust(new UpdateOptions
    {
        Project = PulumiProject.Load(Folder),
        Stack = Name,
        StateFolder = StateFolder,
        Parallel = Parallel,
        Environment = Environment,
    });

    public void Dispose() => _folder.Dispose();

    private StackEngine NewEngine(Func<ProgramClient, Task> program) =>
        new(Time, [Cloud, new CommandProviderFactory(), new DockerProviderFactory(), new KubernetesProviderFactory()], new TestProgram(program));

    private async Task<UpdateResult> RunAsync(UpdateKind kind, Func<ProgramClient, Task> program, CancellationToken? cancel)
    {
        Events = new EventLog { AtStep = AtStep };
        var engine = NewEngine(program);
        var cancellationToken = cancel ?? TestContext.Current.CancellationToken;
        return kind switch
        {
            UpdateKind.Up => await engine.UpAsync(Options(), Events, cancellationToken),
            UpdateKind.Preview => await engine.PreviewAsync(Options(), Events, cancellationToken),
            _ => await engine.DestroyAsync(Options(), Events, cancellationToken),
        };
    }
}

using k8s;
using Microsoft.Extensions.Logging.Abstractions;
using Scalelab.Cluster;
using Scalelab.Cluster.Controllers.NodeLifecycle;
using Scalelab.Engine;
using Scalelab.Engine.Events;
using Scalelab.Engine.Projects;

namespace Scalelab.Programs.Tests.Support;

/// <summary>The embedded cluster with a node that only pretends, and the embedded engine over the project of all programs.</summary>
public sealed class Course : IAsyncLifetime
{
    private static readonly string Program =
        typeof(Course).Assembly.Location.Replace("Programs.Tests", "Programs.Tests.Program", StringComparison.Ordinal);

    private readonly string _folder = Directory.CreateTempSubdirectory("scalelab-programs-").FullName;
    private ClusterServer? _cluster;
    private k8s.Kubernetes? _client;
    private PretendKubelet? _kubelet;

    public IKubernetes Client => _client!;

    private string Kubeconfig => Path.Combine(_folder, "kubeconfig");

    private string Project => Path.Combine(_folder, "project");

    public async ValueTask InitializeAsync()
    {
        _cluster = new ClusterServer(
            new ClusterOptions
            {
                DataFolder = Path.Combine(_folder, "cluster"),
                NodesFolder = Path.Combine(_folder, "nodes"),
                KubeconfigPath = Kubeconfig,
                ApiPort = 0,
                Nodes = 0,
                SyncWrites = false,
                NodeLifecycle = new NodeLifecycleOptions { NodeMonitorGracePeriod = TimeSpan.FromHours(1), NodeStartupGracePeriod = TimeSpan.FromHours(1) },
            },
            TimeProvider.System,
            NullLoggerFactory.Instance);
        await _cluster.StartAsync(CancellationToken.None);
        _client = new k8s.Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(Kubeconfig));
        _kubelet = new PretendKubelet(_client);
        await _kubelet.StartAsync(CancellationToken.None);
        Directory.CreateDirectory(Project);
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(Program)!, "Pulumi*.yaml"))
        {
            File.Copy(file, Path.Combine(Project, Path.GetFileName(file)));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _kubelet!.DisposeAsync();
        _client!.Dispose();
        await _cluster!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public Task<UpdateResult> UpAsync(string stack, params (string Key, string Value)[] config) => RunAsync((engine, options, log) => engine.UpAsync(options, log, Stop), stack, config);

    public Task<UpdateResult> PreviewAsync(string stack, params (string Key, string Value)[] config) => RunAsync((engine, options, log) => engine.PreviewAsync(options, log, Stop), stack, config);

    public Task<UpdateResult> DestroyAsync(string stack) => RunAsync((engine, options, log) => engine.DestroyAsync(options, log, Stop), stack, []);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private async Task<UpdateResult> RunAsync(Func<StackEngine, UpdateOptions, IProgress<EngineEvent>, Task<UpdateResult>> run, string stack, (string Key, string Value)[] config)
    {
        var settings = Path.Combine(Project, $"Pulumi.{stack}.yaml");
        if (!File.Exists(settings))
        {
            await File.WriteAllTextAsync(settings, "", Stop);
        }

        var log = new Log();
        var options = new UpdateOptions
        {
            Project = PulumiProject.Load(Project),
            Stack = stack,
            StateFolder = Path.Combine(_folder, "state"),
            ProgramAssembly = Program,
            ConfigOverrides = config.Append(("kubernetes:kubeconfig", Kubeconfig)).ToDictionary(),
        };
        var result = await run(new StackEngine(TimeProvider.System), options, log);
        Assert.True(result.Succeeded, log.ToString());
        return result;
    }

    /// <summary>Keeps what a failed assertion should show: the errors, and what would change.</summary>
    private sealed class Log : IProgress<EngineEvent>
    {
        private readonly List<string> _lines = [];

        public void Report(EngineEvent value)
        {
            if (value is Diagnostic diagnostic)
            {
                _lines.Add($"{diagnostic.Severity}: {diagnostic.Message}");
            }
        }

        public override string ToString() => string.Join('\n', _lines);
    }
}

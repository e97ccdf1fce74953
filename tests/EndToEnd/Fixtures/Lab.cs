using System.Net;
using System.Net.Sockets;
using k8s;

namespace Scalelab.EndToEnd.Fixtures;

/// <summary>
/// The product as a user has it: the <c>lab</c> script, with a home folder and ports of its own, so that it disturbs no other lab on the
/// machine. One for all tests; when they are done, nothing of it may be left.
/// </summary>
public sealed class Lab : IAsyncLifetime
{
    private const int LogLines = 60;
    private const int ExercisesPort = 32000;
    private const int LowestNodePort = 30000;

    // The autoscaler of the exercise hpa, hurried: what takes it minutes by default, above all its five minutes before it takes replicas away,
    // takes seconds.
    private static readonly string[] HurriedAutoscaler =
    [
        "--horizontal-pod-autoscaler-sync-period", "2s", "--horizontal-pod-autoscaler-downscale-stabilization", "10s",
        "--horizontal-pod-autoscaler-cpu-initialization-period", "5s", "--metric-resolution", "2s",
    ];

    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("scalelab-end-to-end-");
    private ProjectCopy? _project;

    /// <summary>What <c>SCALELAB_HOME</c> names.</summary>
    public string Home => Path.Combine(_parent.FullName, "home");

    /// <summary>An empty folder for files that tests make.</summary>
    public string Scratch => _parent.CreateSubdirectory("scratch").FullName;

    public string Kubeconfig => Path.Combine(Home, "kubeconfig");

    /// <summary>What every command sees.</summary>
    public IReadOnlyDictionary<string, string?> Environment => new Dictionary<string, string?>
    {
        ["SCALELAB_HOME"] = Home,
        ["KUBECONFIG"] = Kubeconfig,
        ["NO_COLOR"] = "1",
    };

    /// <summary>Where the exercises' node port is reached. Not the exercises' own port, which another lab of the machine may have.</summary>
    public int NodePort { get; } = FreeNodePort();

    public async ValueTask InitializeAsync()
    {
        await StartDaemonAsync(registryPort: 0, securePort: 0);
        _project = new ProjectCopy(Scratch, Environment);
        // All but the one that needs a Docker engine and no cluster.
        foreach (var stack in _project.Stacks.Where(stack => stack != "docker").ToList())
        {
            _project.Replace(stack, $"nodePort: {ExercisesPort}", $"nodePort: {NodePort}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        (await RunScriptAsync("stop")).Succeeded();
        Assert.Empty(PodProcesses.Around(_parent.FullName));
        _parent.Delete(recursive: true);
    }

    /// <summary>Starts the daemon, always with the hurried autoscaler. A port of 0 is any free one.</summary>
    public async Task StartDaemonAsync(int registryPort, int securePort) =>
        (await RunScriptAsync(["start", "--registry-port", $"{registryPort}", "--secure-port", $"{securePort}", .. HurriedAutoscaler])).Succeeded();

    /// <summary>Runs lab, for as long as a deployment may take, on the repository's stacks with <see cref="NodePort"/> in them.</summary>
    public Task<CommandResult> RunAsync(params string[] arguments) => _project!.RunAsync(arguments);

    /// <summary>Runs the script <c>./lab</c>, on the repository's stacks as they are.</summary>
    public Task<CommandResult> RunScriptAsync(params string[] arguments) => CommandLine.RunAsync(
        Path.Combine(Repository.Root, "lab"), arguments, Environment, input: null, Deadline.Deployment, TestContext.Current.CancellationToken);

    /// <summary>Runs kubectl against the lab's cluster. Skips the test where kubectl is not installed.</summary>
    public Task<CommandResult> KubectlAsync(params string[] arguments) => KubectlWithInputAsync("", arguments);

    /// <inheritdoc cref="KubectlAsync"/>
    public Task<CommandResult> KubectlWithInputAsync(string input, params string[] arguments)
    {
        var kubectl = CommandLine.Find("kubectl");
        Assert.SkipWhen(kubectl is null, "kubectl is not installed.");
        return CommandLine.RunAsync(kubectl, arguments, Environment, input, Deadline.Step, TestContext.Current.CancellationToken);
    }

    public IKubernetes Connect() => new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(Kubeconfig));

    /// <summary>Everything that one would look at first when something has gone wrong.</summary>
    public async Task<string> DescribeAsync()
    {
        var log = Path.Combine(Home, "daemon.log");
        var tail = File.Exists(log) ? File.ReadLines(log).TakeLast(LogLines) : ["There is no daemon log."];
        var objects = CommandLine.Find("kubectl") is null ? "" : $"\n{await KubectlAsync("get", "pods,horizontalpodautoscalers,events", "--all-namespaces")}";
        return $"The last lines of {log}:\n{string.Join('\n', tail)}{objects}";
    }

    /// <summary>A node port that nobody has now.</summary>
    public static int FreeNodePort() => Enumerable.Range(LowestNodePort, ExercisesPort - LowestNodePort).OrderBy(_ => Random.Shared.Next()).First(IsFree);

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }
}

using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Controllers;
using Scalelab.Cluster.Node.Pods;
using Scalelab.Cluster.Node.Probes;
using Scalelab.Cluster.Node.Processes;

namespace Scalelab.Cluster.Tests.Node.Pods;

/// <summary>The life of one pod with pretended processes and a clock that the test moves; the API is the real one.</summary>
public sealed class PodWorkerTests(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly TestDeadline _deadline = new();
    private readonly TempFolder _temp = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly FakeProber _prober = new();
    private FakeRuntime _runtime = null!;
    private FakeImages _images = null!;
    private ClusterServer _server = null!;
    private EventRecorder _events = null!;
    private Task _drained = Task.CompletedTask;
    private PodWorker? _worker;
    private Task _following = Task.CompletedTask;

    private CancellationToken Stop => _deadline.Token;

    private IApiClient Client => _server.Client!;

    public async ValueTask InitializeAsync()
    {
        _runtime = new FakeRuntime(_time);
        _images = new FakeImages(_temp.Path);
        _server = new ClusterServer(
            new ClusterOptions
            {
                DataFolder = _temp.Path + "/data",
                KubeconfigPath = _temp.Path + "/kubeconfig",
                NodesFolder = _temp.Path + "/nodes",
                ApiPort = 0,
                RunControllers = false,
                SyncWrites = false,
            },
            TimeProvider.System,
            NullLoggerFactory.Instance);
        await _server.StartAsync(Stop);
        _events = new EventRecorder(Client, _time, NullLogger.Instance);
        await File.WriteAllTextAsync(_temp.Path + "/run", "", Stop);
    }

    public async ValueTask DisposeAsync()
    {
        if (_worker is not null)
        {
            _worker.Remove();
            while (!_worker.Completion.IsCompleted)
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                await Task.Yield();
            }

            await _worker.DisposeAsync();
        }

        _deadline.Dispose();
        await _events.DisposeAsync();
        await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _server.DisposeAsync();
        _temp.Dispose();
    }

    [Fact]
    public async Task Container_ThatFailsAgainAndAgain_WaitsTwiceAsLongEachTime()
    {
        await StartAsync(Spec());
        (await _runtime.NextAsync(Stop)).Exit(1);
        (await _runtime.NextAsync(Stop)).Exit(1);

        foreach (var (wait, text) in ((int, string)[])[(10, "10s"), (20, "20s"), (40, "40s"), (80, "1m20s")])
        {
            var waiting = await UntilAsync(pod => pod.Status?.ContainerStatuses?[0].State.Waiting?.Message?.StartsWith($"back-off {text} ", StringComparison.Ordinal) == true);
            Assert.Equal("CrashLoopBackOff", waiting.Status.ContainerStatuses[0].State.Waiting.Reason);
            Assert.Equal("Running", waiting.Status.Phase);
            Assert.Equal(1, waiting.Status.ContainerStatuses[0].LastState.Terminated.ExitCode);
            _time.Advance(TimeSpan.FromSeconds(wait - 1.5));
            Assert.False(_runtime.HasStarted);
            _time.Advance(TimeSpan.FromSeconds(1.5));
            (await _runtime.NextAsync(Stop)).Exit(1);
        }
    }

    [Theory]
    [InlineData("Never", 0, "Succeeded", "PodCompleted")]
    [InlineData("Never", 1, "Failed", "PodFailed")]
    [InlineData("OnFailure", 0, "Succeeded", "PodCompleted")]
    public async Task Container_ThatIsNotRestarted_EndsThePod(string policy, int exitCode, string phase, string reason)
    {
        await StartAsync(Spec() with { RestartPolicy = policy });
        (await _runtime.NextAsync(Stop)).Exit(exitCode);

        var pod = await UntilAsync(pod => pod.Status?.Phase == phase);

        Assert.Equal(reason, Condition(pod, "Ready").Reason);
        Assert.Equal("False", Condition(pod, "PodReadyToStartContainers").Status);
        Assert.Equal(exitCode == 0 ? "Completed" : "Error", pod.Status.ContainerStatuses[0].State.Terminated.Reason);
    }

    [Fact]
    public async Task Image_ThatCannotBePulled_IsTriedAgainLater()
    {
        _images.Failure = "no such image";
        await StartAsync(Spec());
        var waiting = await UntilAsync(pod => pod.Status?.ContainerStatuses?[0].State.Waiting?.Reason == "ImagePullBackOff");
        Assert.Equal("Back-off pulling image \"example.test/app:1\": ErrImagePull: no such image", waiting.Status.ContainerStatuses[0].State.Waiting.Message);
        Assert.Equal("Pending", waiting.Status.Phase);
        Assert.Equal(1, _images.Pulls);

        _images.Failure = null;
        _time.Advance(TimeSpan.FromSeconds(10));

        await UntilAsync(pod => pod.Status?.Phase == "Running");
    }

    [Fact]
    public async Task Command_ThatCannotBeStarted_ShowsWhy()
    {
        _runtime.Failure = new StartException("no such file");
        await StartAsync(Spec());

        var pod = await UntilAsync(pod => pod.Status?.ContainerStatuses?[0].State.Waiting?.Reason == "RunContainerError");

        Assert.Equal((128, "StartError", "no such file"), (
            pod.Status.ContainerStatuses[0].LastState.Terminated.ExitCode,
            pod.Status.ContainerStatuses[0].LastState.Terminated.Reason,
            pod.Status.ContainerStatuses[0].LastState.Terminated.Message));
    }

    [Fact]
    public async Task Variable_FromSecretThatIsNotThere_ShowsWhy()
    {
        var spec = Spec();
        spec.Containers[0].Env = [new V1EnvVar { Name = "A", ValueFrom = new V1EnvVarSource { SecretKeyRef = new V1SecretKeySelector { Name = "none", Key = "k" } } }];
        await StartAsync(spec);

        var pod = await UntilAsync(pod => pod.Status?.ContainerStatuses?[0].State.Waiting?.Reason == "CreateContainerConfigError");

        Assert.Equal("secret \"none\" not found", pod.Status.ContainerStatuses[0].State.Waiting.Message);
    }

    [Fact]
    public async Task Environment_HasTheDownwardApiAndExpandedReferences()
    {
        var spec = Spec();
        spec.Containers[0].Env =
        [
            new V1EnvVar { Name = "NAME", ValueFrom = new V1EnvVarSource { FieldRef = new V1ObjectFieldSelector { FieldPath = "metadata.name" } } },
            new V1EnvVar { Name = "LABEL", ValueFrom = new V1EnvVarSource { FieldRef = new V1ObjectFieldSelector { FieldPath = "metadata.labels['app']" } } },
            new V1EnvVar { Name = "GREETING", Value = "hello $(NAME), $(UNKNOWN), $$(NAME)" },
        ];
        spec.Containers[0].Args = ["--name=$(NAME)"];
        await StartAsync(spec);

        var launch = (await _runtime.NextAsync(Stop)).Launch;

        Assert.Equal("p", launch.Environment["NAME"]);
        Assert.Equal("web", launch.Environment["LABEL"]);
        Assert.Equal("hello p, $(UNKNOWN), $(NAME)", launch.Environment["GREETING"]);
        Assert.Equal("127.250.0.1", launch.Environment["POD_IP"]);
        Assert.Equal("p", launch.Environment["HOSTNAME"]);
        Assert.Equal(["run", "--name=p"], launch.Command);
    }

    [Fact]
    public async Task InitContainers_RunOneAfterTheOther()
    {
        await StartAsync(Spec() with { InitContainers = [Container("one"), Container("two")] });
        var one = await _runtime.NextAsync(Stop);
        var pod = await UntilAsync(pod => pod.Status?.InitContainerStatuses?[0].State.Running is not null);
        Assert.Equal("containers with incomplete status: [one two]", Condition(pod, "Initialized").Message);
        Assert.Equal("PodInitializing", pod.Status.ContainerStatuses[0].State.Waiting.Reason);
        Assert.False(_runtime.HasStarted);

        one.Exit(0);
        (await _runtime.NextAsync(Stop)).Exit(0);
        await _runtime.NextAsync(Stop);

        pod = await UntilAsync(pod => pod.Status?.Phase == "Running");
        Assert.Equal("True", Condition(pod, "Initialized").Status);
        Assert.All(pod.Status.InitContainerStatuses, status => Assert.True(status.Ready));
    }

    [Fact]
    public async Task Liveness_ThatFails_RestartsTheContainer()
    {
        var spec = Spec();
        spec.Containers[0].LivenessProbe = Probe("/live", failures: 2);
        await StartAsync(spec);
        var first = await _runtime.NextAsync(Stop);
        await UntilAsync(pod => pod.Status?.Phase == "Running");

        _prober.Outcomes["/live"] = ProbeOutcome.Failure;
        await AdvanceUntilAsync(first.Terminated);
        first.Exit(0);

        await _runtime.NextAsync(Stop);
        await UntilAsync(pod => pod.Status?.ContainerStatuses?[0] is { RestartCount: 1, State.Running: not null });
        await UntilEventAsync("Killing", "Container main failed liveness probe, will be restarted");
        await UntilEventAsync("Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 500");
    }

    [Fact]
    public async Task Readiness_Decides()
    {
        var spec = Spec();
        spec.Containers[0].ReadinessProbe = Probe("/ready", failures: 1);
        _prober.Outcomes["/ready"] = ProbeOutcome.Failure;
        await StartAsync(spec);
        var unready = await UntilAsync(pod => pod.Status?.Phase == "Running");
        Assert.Equal("containers with unready status: [main]", Condition(unready, "Ready").Message);

        _prober.Outcomes["/ready"] = ProbeOutcome.Success;
        await AdvanceUntilAsync(UntilAsync(pod => Condition(pod, "Ready").Status == "True"));

        _prober.Outcomes["/ready"] = ProbeOutcome.Failure;
        await AdvanceUntilAsync(UntilAsync(pod => Condition(pod, "Ready").Status == "False"));
    }

    [Fact]
    public async Task Startup_HoldsTheOtherProbesBack()
    {
        var spec = Spec();
        spec.Containers[0].StartupProbe = Probe("/started", failures: 100);
        spec.Containers[0].LivenessProbe = Probe("/live", failures: 1);
        _prober.Outcomes["/started"] = ProbeOutcome.Failure;
        _prober.Outcomes["/live"] = ProbeOutcome.Failure;
        await StartAsync(spec);
        var container = await _runtime.NextAsync(Stop);
        var pod = await UntilAsync(pod => pod.Status?.Phase == "Running");
        Assert.False(pod.Status.ContainerStatuses[0].Started);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.False(container.Terminated.IsCompleted);

        _prober.Outcomes["/started"] = ProbeOutcome.Success;

        await AdvanceUntilAsync(container.Terminated);
    }

    [Fact]
    public async Task DeletedPod_RunsItsHookThenEndsItsContainer()
    {
        var spec = Spec();
        spec.Containers[0].Lifecycle = new V1Lifecycle { PreStop = new V1LifecycleHandler { Exec = new V1ExecAction { Command = ["drain", "now"] } } };
        await StartAsync(spec);
        var container = await _runtime.NextAsync(Stop);
        await UntilAsync(pod => pod.Status?.Phase == "Running");

        await Client.DeleteAsync<V1Pod>("default", "p", null, Stop);
        await container.Terminated.WaitAsync(Stop);
        Assert.Equal(["drain now"], _runtime.Executed);
        container.Exit(0);

        await _worker!.Completion.WaitAsync(Stop);
        Assert.Empty((await Client.ListAsync<V1Pod>("default", Stop)).Items);
        await UntilEventAsync("Killing", "Stopping container main");
    }

    [Fact]
    public async Task DeletedPod_StillBehindAService_IsNotAskedToEnd()
    {
        var drained = new TaskCompletionSource();
        _drained = drained.Task;
        await StartAsync(Spec());
        var container = await _runtime.NextAsync(Stop);
        await UntilAsync(pod => pod.Status?.Phase == "Running");
        await Client.DeleteAsync<V1Pod>("default", "p", null, Stop);
        await UntilEventAsync("Killing", "Stopping container main");
        Assert.False(container.Terminated.IsCompleted);

        drained.SetResult();

        await container.Terminated.WaitAsync(Stop);
        container.Exit(0);
    }

    [Fact]
    public async Task ActiveDeadline_ThatIsOver_FailsThePod()
    {
        await StartAsync(Spec() with { ActiveDeadlineSeconds = 20 });
        var container = await _runtime.NextAsync(Stop);
        await UntilAsync(pod => pod.Status?.Phase == "Running");

        await AdvanceUntilAsync(container.Terminated);
        container.Exit(0);

        var pod = await UntilAsync(pod => pod.Status?.Phase == "Failed");
        Assert.Equal(("DeadlineExceeded", "Pod was active on the node longer than the specified deadline"), (pod.Status.Reason, pod.Status.Message));
        Assert.Equal("PodFailed", Condition(pod, "Ready").Reason);
        Assert.InRange(_time.GetUtcNow() - pod.Status.StartTime!.Value, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(60));
        await UntilEventAsync("DeadlineExceeded", "Pod was active on the node longer than the specified deadline");
    }

    [Fact]
    public async Task Container_ThatEndedForLackOfMemory_SaysSo()
    {
        await StartAsync(Spec() with { RestartPolicy = "Never" });
        (await _runtime.NextAsync(Stop)).Exit(137, outOfMemory: true);

        var pod = await UntilAsync(pod => pod.Status?.Phase == "Failed");

        Assert.Equal(("OOMKilled", 137), (pod.Status.ContainerStatuses[0].State.Terminated.Reason, pod.Status.ContainerStatuses[0].State.Terminated.ExitCode));
    }

    [Fact]
    public async Task Container_ThatFoundItsPortTaken_SaysWhatToDo()
    {
        await StartAsync(Spec() with { RestartPolicy = "Never" });
        var container = await _runtime.NextAsync(Stop);
        Directory.CreateDirectory(Path.GetDirectoryName(container.Launch.LogPath)!);
        await File.WriteAllTextAsync(container.Launch.LogPath, "2026-01-02T03:04:05.000000000Z stderr F OSError: [Errno 98] Address already in use\n", Stop);
        container.Exit(1);

        var pod = await UntilAsync(pod => pod.Status?.Phase == "Failed");

        Assert.Contains("listen on the pod's own address, which the variable POD_IP holds", pod.Status.ContainerStatuses[0].State.Terminated.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Container_WithFallbackToLogs_ShowsItsLastLines()
    {
        var spec = Spec() with { RestartPolicy = "Never" };
        spec.Containers[0].TerminationMessagePolicy = "FallbackToLogsOnError";
        await StartAsync(spec);
        var container = await _runtime.NextAsync(Stop);
        Directory.CreateDirectory(Path.GetDirectoryName(container.Launch.LogPath)!);
        await File.WriteAllTextAsync(container.Launch.LogPath, "2026-01-02T03:04:05.000000000Z stderr F no\n2026-01-02T03:04:05.000000000Z stderr F way\n", Stop);
        container.Exit(1);

        var pod = await UntilAsync(pod => pod.Status?.Phase == "Failed");

        Assert.Equal("no\nway\n", pod.Status.ContainerStatuses[0].State.Terminated.Message);
    }

    [Fact]
    public async Task DeletedPod_ThatDoesNotEnd_IsKilledWhenItsGraceIsOver()
    {
        await StartAsync(Spec());
        var container = await _runtime.NextAsync(Stop);
        await UntilAsync(pod => pod.Status?.Phase == "Running");
        await Client.DeleteAsync<V1Pod>("default", "p", null, Stop);
        await container.Terminated.WaitAsync(Stop);

        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(container.Exited.IsCompleted);
        await AdvanceUntilAsync(container.Exited);

        Assert.Equal(137, (await container.Exited).ExitCode);
        await _worker!.Completion.WaitAsync(Stop);
    }

    private static V1Container Container(string name) => new() { Name = name, Image = "example.test/app:1" };

    private static V1PodSpec Spec() => new() { NodeName = "node-0", TerminationGracePeriodSeconds = 30, Containers = [Container("main")] };

    private static V1Probe Probe(string path, int failures) => new()
    {
        HttpGet = new V1HTTPGetAction { Path = path, Port = 8080 },
        PeriodSeconds = 1,
        FailureThreshold = failures,
    };

    private static V1PodCondition Condition(V1Pod pod, string type) => pod.Status?.Conditions?.FirstOrDefault(condition => condition.Type == type) ?? new V1PodCondition();

    private async Task StartAsync(V1PodSpec spec)
    {
        var created = await Client.CreateAsync(
            new V1Pod
            {
                ApiVersion = "v1",
                Kind = "Pod",
                Metadata = new V1ObjectMeta { Name = "p", NamespaceProperty = "default", Labels = new Dictionary<string, string> { ["app"] = "web" } },
                Spec = spec,
            },
            Stop);
        _worker = Worker(created);
        _following = FollowAsync(created.Metadata.ResourceVersion);
    }

    private PodWorker Worker(V1Pod pod) => new(
        pod,
        new NodeContext
        {
            NodeName = "node-0",
            HostIP = "127.0.0.1",
            Allocatable = new Dictionary<string, ResourceQuantity>(),
            PodsFolder = _temp.Path + "/pods",
            Client = Client,
            Images = _images,
            Runtime = _runtime,
            Prober = _prober,
            CallHook = (_, _, _) => Task.CompletedTask,
            Events = _events,
            Addresses = new PodAddresses("127.250", 0),
            Services = _ => [],
            WaitUntilDrained = (_, _) => _drained,
            Time = _time,
            Logger = new OutputLoggers(output).CreateLogger("worker"),
        });

    private async Task FollowAsync(string revision)
    {
        await foreach (var change in Client.WatchAsync<V1Pod>("default", revision, Stop))
        {
            if (change.Type == WatchEventType.Deleted)
            {
                _worker!.Remove();
            }
            else
            {
                _worker!.Update(change.Resource);
            }
        }
    }

    private async Task<V1Pod> UntilAsync(Func<V1Pod, bool> condition)
    {
        var list = await Client.ListAsync<V1Pod>("default", Stop);
        if (list.Items.FirstOrDefault(condition) is { } now)
        {
            return now;
        }

        await foreach (var change in Client.WatchAsync<V1Pod>("default", list.ResourceVersion, Stop))
        {
            if (condition(change.Resource))
            {
                return change.Resource;
            }
        }

        throw new InvalidOperationException("The watch ended.");
    }

    private async Task UntilEventAsync(string reason, string message)
    {
        while (!(await Client.ListAsync<Corev1Event>("default", Stop)).Items.Any(one => one.Reason == reason && one.Message == message))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Stop);
        }
    }

    /// <summary>Lets the pretended time pass until something has happened.</summary>
    private async Task AdvanceUntilAsync(Task happened)
    {
        while (!happened.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(500));
            await Task.WhenAny(happened, Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Stop));
            Stop.ThrowIfCancellationRequested();
        }

        await happened;
    }
}

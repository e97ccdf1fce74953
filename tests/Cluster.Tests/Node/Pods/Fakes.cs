using System.Collections.Concurrent;
using System.Threading.Channels;
using k8s.Models;
using Scalelab.Cluster.Node.Images;
using Scalelab.Cluster.Node.Probes;
using Scalelab.Cluster.Node.Processes;

namespace Scalelab.Cluster.Tests.Node.Pods;

/// <summary>Starts nothing; the test plays the processes.</summary>
internal sealed class FakeRuntime(TimeProvider time) : IPodRuntime
{
    private readonly Channel<FakeContainer> _started = Channel.CreateUnbounded<FakeContainer>();

    /// <summary>Thrown instead of starting, while set.</summary>
    public StartException? Failure { get; set; }

    public ConcurrentQueue<string> Executed { get; } = new();

    public ValueTask<FakeContainer> NextAsync(CancellationToken cancellationToken) => _started.Reader.ReadAsync(cancellationToken);

    public bool HasStarted => _started.Reader.TryPeek(out _);

    public Task<IContainer> StartAsync(ContainerLaunch launch, CancellationToken cancellationToken)
    {
        if (Failure is { } failure)
        {
            throw failure;
        }

        var container = new FakeContainer(launch, time);
        _started.Writer.TryWrite(container);
        return Task.FromResult<IContainer>(container);
    }

    /// <summary>What an earlier node left running, by the container's name.</summary>
    public ConcurrentDictionary<string, AdoptedContainer> Left { get; } = new();

    public AdoptedContainer? Adopt(string stateFolder) => Left.TryRemove(Path.GetFileName(stateFolder), out var left) ? left : null;

    public Task<ExecResult> ExecAsync(ContainerLaunch launch, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        Executed.Enqueue(string.Join(' ', command));
        return Task.FromResult(new ExecResult(0, ""));
    }
}

internal sealed class FakeContainer(ContainerLaunch launch, TimeProvider time) : IContainer
{
    private readonly TaskCompletionSource<ContainerExit> _exit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ContainerLaunch Launch { get; } = launch;

    public string Id { get; } = Guid.NewGuid().ToString("N") + Guid.NewGuid().ToString("N");

    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    public Task<ContainerExit> Exited => _exit.Task;

    /// <summary>Completes when the container was asked to end.</summary>
    public Task Terminated => _terminated.Task;

    public void Exit(int code, bool outOfMemory = false) => _exit.TrySetResult(new ContainerExit(code, null, time.GetUtcNow()) { OutOfMemory = outOfMemory });

    public void Terminate() => _terminated.TrySetResult();

    public void Kill() => _exit.TrySetResult(new ContainerExit(137, 9, time.GetUtcNow()));
}

/// <summary>Has every image, or none.</summary>
internal sealed class FakeImages(string folder) : IImageSource
{
    public string? Failure { get; set; }

    public int Pulls { get; private set; }

    public Task<ContainerImage?> FindAsync(ImageReference reference, CancellationToken cancellationToken) =>
        Task.FromResult(Failure is null ? Image(reference) : null);

    public Task<ContainerImage> PullAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        Pulls++;
        return Failure is null ? Task.FromResult(Image(reference)!) : throw new ImageException(ImageException.ErrImagePull, Failure);
    }

    private ContainerImage? Image(ImageReference reference) =>
        new(reference.ToString(), reference.Name + "@sha256:" + new string('0', 64), folder, new OciRunConfig { Entrypoint = ["run"] }, 0);
}

/// <summary>Answers what the test says.</summary>
internal sealed class FakeProber : IProber
{
    public ConcurrentDictionary<string, ProbeOutcome> Outcomes { get; } = new();

    /// <summary>By the path of the probe's httpGet.</summary>
    public Task<ProbeAnswer> AskAsync(V1Probe probe, ProbeTarget target, CancellationToken cancellationToken) =>
        Task.FromResult(new ProbeAnswer(Outcomes.GetValueOrDefault(probe.HttpGet.Path, ProbeOutcome.Success), "HTTP probe failed with statuscode: 500"));
}

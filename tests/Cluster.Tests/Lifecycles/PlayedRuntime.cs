using System.Collections.Concurrent;
using Scalelab.Cluster.Node.Processes;

namespace Scalelab.Cluster.Tests.Lifecycles;

/// <summary>Starts no process: plays the commands of the recordings, in the test's own time.</summary>
internal sealed class PlayedRuntime(TimeProvider time) : IPodRuntime
{
    private readonly ConcurrentDictionary<string, PlayedContainer> _containers = new(StringComparer.Ordinal);

    public Task<IContainer> StartAsync(ContainerLaunch launch, CancellationToken cancellationToken)
    {
        if (launch.Command[0].StartsWith('/'))
        {
            CommandResolver.Resolve(launch, launch.Command[0]);
        }

        var container = new PlayedContainer(launch, time);
        _containers[launch.StateFolder] = container;
        return Task.FromResult<IContainer>(container);
    }

    public async Task<ExecResult> ExecAsync(ContainerLaunch launch, IReadOnlyList<string> command, CancellationToken cancellationToken) =>
        new(await _containers[launch.StateFolder].Shell.RunAsync(command, cancellationToken), "");

    public AdoptedContainer? Adopt(string stateFolder) => null;
}

/// <summary>One run of a container.</summary>
internal sealed class PlayedContainer : IContainer
{
    private readonly TaskCompletionSource<ContainerExit> _exit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider _time;

    public PlayedContainer(ContainerLaunch launch, TimeProvider time)
    {
        _time = time;
        StartedAt = time.GetUtcNow();
        Shell = new PlayedShell(time);
        _ = RunAsync(launch.Command);
    }

    public PlayedShell Shell { get; }

    public string Id { get; } = Guid.NewGuid().ToString("N") + Guid.NewGuid().ToString("N");

    public DateTimeOffset StartedAt { get; }

    public Task<ContainerExit> Exited => _exit.Task;

    public void Terminate() => Shell.Terminate();

    public void Kill() => _exit.TrySetResult(new ContainerExit(137, 9, _time.GetUtcNow()));

    private async Task RunAsync(IReadOnlyList<string> command)
    {
        var code = await Shell.RunAsync(command, CancellationToken.None);
        _exit.TrySetResult(new ContainerExit(code, null, _time.GetUtcNow()));
    }
}

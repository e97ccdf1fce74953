using System.Security.Cryptography;
using k8s.Models;
using Scalelab.Cluster.Node.Images;
using Scalelab.Cluster.Node.Limits;
using Scalelab.Cluster.Node.Probes;
using Scalelab.Cluster.Node.Processes;

namespace Scalelab.Cluster.Node.Pods;

/// <summary>One attempt to start a container, from the image to the postStart hook. Tells events on the way, and the outcome at the end.</summary>
internal sealed class ContainerStarter(NodeContext node, V1Pod pod, ContainerRecord container, PodSandbox sandbox, int run)
{
    // What containerd reports for a container whose command cannot be executed, and the length of its ids.
    private const int CannotStart = 128;
    private const int IdBytes = 32;

    private readonly V1Container _spec = container.Spec;

    /// <summary>Never throws, but for cancellation.</summary>
    public async Task<StartOutcome> StartAsync(CancellationToken cancellationToken)
    {
        ContainerImage? image = null;
        try
        {
            image = await GetImageAsync(cancellationToken);
            var (launch, target) = await PrepareAsync(image, cancellationToken);
            Record("Normal", "Created", "Container created");
            var started = await node.Runtime.StartAsync(launch, cancellationToken);
            Record("Normal", "Started", "Container started");
            if (_spec.Lifecycle?.PostStart is { } hook && await RunHookAsync(hook, started, target, cancellationToken) is { } problem)
            {
                Record("Warning", "FailedPostStartHook", $"PostStartHook failed: {problem}");
                started.Kill();
                var exit = await started.Exited;
                return StartOutcome.Failed("PostStartHookError", problem) with
                {
                    Image = image,
                    Ended = PodStatusBuilder.Terminated(exit, started.StartedAt, ContainerRunner.IdInStatus(started), null),
                };
            }

            return new StartOutcome { Started = new StartedContainer(started, image, launch, target) };
        }
        catch (ImageException exception)
        {
            if (exception.Reason == ImageException.ErrImagePull)
            {
                Record("Warning", "Failed", $"Failed to pull image \"{_spec.Image}\": {exception.Message}");
            }

            Record("Warning", "Failed", $"Error: {exception.Reason}");
            return StartOutcome.Failed(exception.Reason, exception.Message);
        }
        catch (ContainerConfigException exception)
        {
            Record("Warning", "Failed", $"Error: {exception.Message}");
            return StartOutcome.Failed(exception.Reason, exception.Message);
        }
        catch (StartException exception)
        {
            Record("Warning", "Failed", $"Error: {exception.Message}");
            return StartOutcome.Failed("RunContainerError", exception.Message) with
            {
                Image = image,
                Ended = new V1ContainerStateTerminated
                {
                    ExitCode = CannotStart,
                    Reason = "StartError",
                    Message = exception.Message,
                    StartedAt = DateTime.UnixEpoch,
                    FinishedAt = PodStatusBuilder.Seconds(node.Time.GetUtcNow()),
                    ContainerID = ContainerRunner.IdInStatus(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes))),
                },
            };
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            node.Logger.LogErrorStarting(exception, pod.Metadata.NamespaceProperty, pod.Metadata.Name, _spec.Name);
            Record("Warning", "Failed", $"Error: {exception.Message}");
            return StartOutcome.Failed(ContainerConfigException.CreateError, exception.Message);
        }
    }

    private async Task<ContainerImage> GetImageAsync(CancellationToken cancellationToken)
    {
        if (!ImageReference.TryParse(_spec.Image ?? "", out var reference))
        {
            var message = $"Failed to apply default image tag \"{_spec.Image}\": couldn't parse image name \"{_spec.Image}\": invalid reference format";
            Record("Warning", "InspectFailed", message);
            throw new ImageException(ImageException.InvalidImageName, message);
        }

        var policy = _spec.ImagePullPolicy ?? (reference.Tag == "latest" ? "Always" : "IfNotPresent");
        if (policy != "Always" && await node.Images.FindAsync(reference, cancellationToken) is { } present)
        {
            Record("Normal", "Pulled", $"Container image \"{_spec.Image}\" already present on machine and can be accessed by the pod");
            return present;
        }

        if (policy == "Never")
        {
            var message = $"Container image \"{_spec.Image}\" is not present with pull policy of Never";
            Record("Warning", "ErrImageNeverPull", message);
            throw new ImageException(ImageException.ErrImageNeverPull, message);
        }

        Record("Normal", "Pulling", $"Pulling image \"{_spec.Image}\"");
        var begin = node.Time.GetTimestamp();
        var image = await node.Images.PullAsync(reference, cancellationToken);
        var took = GoDuration.Format(node.Time.GetElapsedTime(begin));
        Record("Normal", "Pulled", $"Successfully pulled image \"{_spec.Image}\" in {took} ({took} including waiting). Image size: {image.Size} bytes.");
        return image;
    }

    private async Task<(ContainerLaunch Launch, ProbeTarget Target)> PrepareAsync(ContainerImage image, CancellationToken cancellationToken)
    {
        var facts = new PodFacts(node.NodeName, node.HostIP, sandbox.Address, node.Allocatable);
        var services = pod.Spec.EnableServiceLinks == false
            ? new Dictionary<string, string>()
            : ServiceVariables.For(node.Services(pod.Metadata.NamespaceProperty));
        var own = await new ContainerEnvironment(node.Client, pod, _spec, facts).BuildAsync(services, cancellationToken);
        var always = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["HOSTNAME"] = pod.Spec.Hostname is { Length: > 0 } hostname ? hostname : pod.Metadata.Name,
            ["POD_NAME"] = pod.Metadata.Name,
            ["POD_NAMESPACE"] = pod.Metadata.NamespaceProperty,
            ["POD_IP"] = sandbox.Address,
        };
        var builder = new LaunchBuilder(image, _spec, sandbox.Mounts(_spec));
        var folder = sandbox.ContainerFolder(container.Name);
        var launch = builder.Build(own, always, folder, sandbox.LogPath(container.Name, run)) with
        {
            Run = run,
            PodIP = sandbox.Address,
            Limits = ResourceLimits.Of(_spec),
        };
        sandbox.ForgetLogsBefore(container.Name, run - 1);
        return (launch, new ProbeTarget(sandbox.Address, _spec, launch, builder.MapCommand));
    }

    private async Task<string?> RunHookAsync(V1LifecycleHandler hook, IContainer started, ProbeTarget target, CancellationToken cancellationToken)
    {
        try
        {
            return await LifecycleHooks.RunAsync(node, hook, target, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            started.Kill();
            await started.Exited;
            throw;
        }
    }

    private void Record(string type, string reason, string message) => node.RecordContainer(pod, container, type, reason, message);
}

internal sealed record StartedContainer(IContainer Container, ContainerImage Image, ContainerLaunch Launch, ProbeTarget Target);

/// <summary>Either what was started, or why nothing was.</summary>
internal sealed record StartOutcome
{
    public StartedContainer? Started { get; init; }

    public string Reason { get; init; } = "";

    public string Message { get; init; } = "";

    /// <summary>How the container ended that was made but did not come to run; null where none was made.</summary>
    public V1ContainerStateTerminated? Ended { get; init; }

    /// <summary>What that container was made of.</summary>
    public ContainerImage? Image { get; init; }

    public static StartOutcome Failed(string reason, string message) => new() { Reason = reason, Message = message };
}

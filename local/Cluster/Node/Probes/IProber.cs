using k8s.Models;
using Scalelab.Cluster.Node.Processes;

namespace Scalelab.Cluster.Node.Probes;

/// <summary>Asks a container once how it is. The tests' prober answers what it was told to.</summary>
internal interface IProber
{
    Task<ProbeAnswer> AskAsync(V1Probe probe, ProbeTarget target, CancellationToken cancellationToken);
}

internal enum ProbeOutcome
{
    Success,
    Failure,

    /// <summary>The question itself could not be asked; it counts for nothing.</summary>
    Unknown,
}

internal readonly record struct ProbeAnswer(ProbeOutcome Outcome, string Output);

/// <summary>Where a probe or hook goes.</summary>
/// <param name="Launch">What commands run with.</param>
/// <param name="MapCommand">Turns a command's paths into those of this machine.</param>
internal sealed record ProbeTarget(string PodIP, V1Container Container, ContainerLaunch Launch, Func<IReadOnlyList<string>, List<string>> MapCommand);

using Pulumi;
using Scalelab.Infra.Settings;

namespace Scalelab.Infra.Components;

/// <summary>What <see cref="ModelDeployment"/> runs, and where.</summary>
internal sealed record ModelDeploymentArgs
{
    public required Input<string> Namespace { get; init; }

    /// <summary>The image, by digest.</summary>
    public required Input<string> Image { get; init; }

    public required TargetSettings Target { get; init; }

    public required DeploymentSettings Deployment { get; init; }

    public required ServiceSettings Service { get; init; }
}

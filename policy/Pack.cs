using Scalelab.Policy.Framework;
using Scalelab.Policy.Rules;

namespace Scalelab.Policy;

/// <summary>The pack of this repository: every rule has its file in Rules/ and its line here.</summary>
internal static class Pack
{
    public static PolicyPack Create() => new()
    {
        Name = "scalelab",
        DisplayName = "Scalelab",
        Description = "What the exercises' resources must and should look like, so that they scale, roll out and end without losing requests.",
        Version = "1.0.0",
        Rules =
        [
            new AutoscaledDeploymentsLeaveReplicasUnset(),
            new ContainersHaveRequestsAndLimits(),
            new CpuAutoscaledContainersRequestCpu(),
            new DeploymentsHaveServices(),
            new ImagesByDigest(),
            new KServeStandardModeScalesOnCpuOrMemory(),
            new LivenessDiffersFromReadiness(),
            new LoadBalancersOnlyWhereOneExists(),
            new NoSecretsInEnvironment(),
            new NodePortsInRange(),
            new PrivilegesNeedAReason(),
            new ServersHaveReadinessProbes(),
            new TerminationOutlastsDrain(),
        ],
    };
}

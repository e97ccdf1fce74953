namespace Scalelab.Infra.Settings;

/// <summary>The cluster that the stack is deployed to.</summary>
/// <param name="Kubeconfig">The file that says how to reach it, absolute.</param>
/// <param name="NodeAddress">Host at which its node ports answer.</param>
/// <param name="HasLoadBalancer">Services of type LoadBalancer get an address there.</param>
/// <param name="DeleteUnreachable">When the cluster is gone, its resources count as deleted.</param>
internal sealed record TargetSettings(string Kubeconfig, string NodeAddress, bool HasLoadBalancer, bool DeleteUnreachable)
{
    public static TargetSettings Read(SettingsSection section, string root) => new(
        section.Require("kubeconfig", Rules.ExistingFile(root)),
        section.Require("nodeAddress", Rules.Host),
        section.Require("loadBalancer", Rules.Boolean),
        section.Require("deleteUnreachable", Rules.Boolean));
}

namespace Scalelab.Infra.Settings;

/// <summary>What an exercise deploys to a cluster.</summary>
/// <param name="Target">The cluster.</param>
/// <param name="Deployment">The pods.</param>
/// <param name="Service">How they are reached.</param>
/// <param name="Autoscaler">What decides how many pods there are; null where the configuration does.</param>
internal sealed record ClusterSettings(TargetSettings Target, DeploymentSettings Deployment, ServiceSettings Service, AutoscalerSettings? Autoscaler)
{
    private static readonly string[] Sections = ["autoscaler", "deployment", "service"];

    private static readonly string[] TargetKeys = ["kubeconfig", "loadBalancer", "deleteUnreachable"];

    public static ClusterSettings Read(SettingsSection section, string root)
    {
        var autoscaler = section.OptionalSection("autoscaler", AutoscalerSettings.Read);
        return new(
            TargetSettings.Read(section, root),
            section.RequireSection("deployment", deployment => DeploymentSettings.Read(deployment, isAutoscaled: autoscaler is not null)),
            section.RequireSection("service", ServiceSettings.Read),
            autoscaler);
    }

    /// <summary>Reports what is meant for a cluster where there is none. Which cluster it would be may be said: it holds for all stacks.</summary>
    public static void Refuse(SettingsSection section)
    {
        foreach (var key in Sections)
        {
            section.RefuseGiven(key, "left out, because scalelab:container runs on a Docker engine, not on a cluster");
        }

        section.Allow(TargetKeys);
    }
}

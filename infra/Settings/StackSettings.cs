using System.Text.Json;
using System.Text.RegularExpressions;
using Pulumi;

namespace Scalelab.Infra.Settings;

/// <summary>Everything that a stack's configuration says. What an exercise declares follows from its sections: docs/configuration.md.</summary>
/// <param name="Target">The cluster to deploy to.</param>
/// <param name="Image">What to build, and how.</param>
/// <param name="Deployment">The pods.</param>
/// <param name="Service">How they are reached.</param>
/// <param name="Autoscaler">What decides how many pods there are; null where the configuration does.</param>
internal sealed partial record StackSettings(
    TargetSettings Target, ImageSettings Image, DeploymentSettings Deployment, ServiceSettings Service, AutoscalerSettings? Autoscaler)
{
    /// <summary>Reads the configuration of the stack that is being deployed.</summary>
    /// <exception cref="RunException">It has mistakes; the message lists all of them.</exception>
    public static StackSettings Load()
    {
        var (project, stack, root) = (Pulumi.Deployment.Instance.ProjectName, Pulumi.Deployment.Instance.StackName, Pulumi.Deployment.Instance.RootDirectory);
        var errors = new SettingsErrors($"stacks/Pulumi.{stack}.yaml");
        // The stack's name becomes its namespace.
        if (!DnsLabel().IsMatch(stack))
        {
            errors.Add($"the stack's name is \"{stack}\": it must be at most 63 lower-case letters, digits and hyphens, because its namespace gets the same name.");
        }

        var section = new SettingsSection($"{project}:", PresentKeys(project), new Config(project).Get, errors);
        var autoscaler = section.OptionalSection("autoscaler", AutoscalerSettings.Read);
        var settings = new StackSettings(
            TargetSettings.Read(section, root),
            ImageSettings.Read(section, root),
            section.RequireSection("deployment", deployment => DeploymentSettings.Read(deployment, isAutoscaled: autoscaler is not null)),
            section.RequireSection("service", ServiceSettings.Read),
            autoscaler);
        section.RefuseUnknown();
        errors.ThrowIfAny();
        return settings;
    }

    /// <summary>
    /// The keys of the project's namespace that the configuration gives. <see cref="Config"/> answers for keys that one knows; the
    /// environment variable that it reads is the only place where a mistyped key shows.
    /// </summary>
    private static HashSet<string> PresentKeys(string project)
    {
        var keys = JsonSerializer.Deserialize<Dictionary<string, string>>(Environment.GetEnvironmentVariable("PULUMI_CONFIG") ?? "{}") ?? [];
        var prefix = $"{project}:";
        return [.. keys.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Select(key => key[prefix.Length..])];
    }

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
    private static partial Regex DnsLabel();
}

using System.Text.Json;
using System.Text.RegularExpressions;
using Pulumi;

namespace Scalelab.Infra.Settings;

/// <summary>Everything that a stack's configuration says. What an exercise declares follows from its sections: docs/configuration.md.</summary>
/// <param name="Image">What to build, and how.</param>
/// <param name="Container">What runs on a Docker engine; null where the exercise needs a cluster.</param>
/// <param name="Cluster">What runs on a cluster; null where the exercise needs none.</param>
internal sealed partial record StackSettings(ImageSettings Image, ContainerSettings? Container, ClusterSettings? Cluster)
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
        var container = section.OptionalSection("container", ContainerSettings.Read);
        var image = ImageSettings.Read(section, root);
        var settings = new StackSettings(
            container?.Adapt(image) ?? image,
            container is null ? null : container with { Host = section.Require("nodeAddress", Rules.Host) },
            container is null ? ClusterSettings.Read(section, root) : null);
        if (container is not null)
        {
            ClusterSettings.Refuse(section);
        }

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

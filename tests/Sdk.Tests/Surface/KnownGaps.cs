namespace Scalelab.Sdk.Tests.Surface;

/// <summary>What the embedded packages lack on purpose, and why.</summary>
internal static class KnownGaps
{
    private const string EphemeralContainers =
        "A kind that clusters served before version 1.22 only; an ephemeral container is set by a subresource of its pod.";

    private const string OtherDockerResource =
        "The embedded engine's docker provider builds images and runs containers; what else a Docker engine has it would refuse.";

    private const string Lookup = "A container is declared, not looked up.";

    private const string Method = "Providers have no methods in the embedded engine.";

    private static readonly Dictionary<string, string> Docker = new()
    {
        ["Pulumi.Docker.BuildxBuilder*"] = OtherDockerResource,
        ["Pulumi.Docker.Config.Types.RegistryAuth"] = "Settings of the default provider; a program gives registries to the image.",
        ["Pulumi.Docker.Container: method static Pulumi.Docker.Container Get*"] = Lookup,
        ["Pulumi.Docker.ContainerState"] = Lookup,
        ["Pulumi.Docker.GetNetwork*"] = OtherDockerResource,
        ["Pulumi.Docker.GetRegistryImage*"] = OtherDockerResource,
        ["Pulumi.Docker.GetRemoteImage*"] = OtherDockerResource,
        ["Pulumi.Docker.Inputs.BuildxBuilder*"] = OtherDockerResource,
        ["Pulumi.Docker.Inputs.Container*"] = Lookup,
        ["Pulumi.Docker.Inputs.GetRegistryImage*"] = OtherDockerResource,
        ["Pulumi.Docker.Inputs.Network*"] = OtherDockerResource,
        ["Pulumi.Docker.Inputs.RegistryImage*"] = OtherDockerResource,
        ["Pulumi.Docker.Inputs.RemoteImage*"] = OtherDockerResource,
        ["Pulumi.Docker.Inputs.Service*"] = OtherDockerResource,
        ["Pulumi.Docker.Inputs.Volume*"] = OtherDockerResource,
        ["Pulumi.Docker.Network*"] = OtherDockerResource,
        ["Pulumi.Docker.Provider: *"] = Method,
        ["Pulumi.Docker.ProviderTerraformConfigResult"] = Method,
        ["Pulumi.Docker.RegistryImage*"] = OtherDockerResource,
        ["Pulumi.Docker.RemoteImage*"] = OtherDockerResource,
        ["Pulumi.Docker.Volume*"] = OtherDockerResource,
    };

    private static readonly Dictionary<string, string> None = [];

    private static readonly Dictionary<string, string> Kubernetes = new()
    {
        ["Pulumi.Kubernetes.Core.V1.EphemeralContainers"] = EphemeralContainers,
        ["Pulumi.Kubernetes.Types.Inputs.Core.V1.EphemeralContainersArgs"] = EphemeralContainers,
    };

    /// <summary>By type, or by type and member as the list of the official surface writes it: the reason. A star stands for the rest.</summary>
    public static IReadOnlyDictionary<string, string> Of(string package)
        => package switch
        {
            "Pulumi.Kubernetes" => Kubernetes,
            "Pulumi.Docker" => Docker,
            _ => None,
        };
}

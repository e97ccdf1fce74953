namespace Scalelab.ModelServer;

/// <summary>Who answers: the pod's name.</summary>
public sealed record PodIdentity(string Name)
{
    /// <summary>POD_NAME, else HOSTNAME (which Kubernetes sets to the pod's name), else the machine's name.</summary>
    public static PodIdentity From(IConfiguration configuration) => new(
        new[] { configuration["POD_NAME"], configuration["HOSTNAME"], Environment.MachineName }.First(name => !string.IsNullOrWhiteSpace(name))!);
}

namespace Scalelab.Cli;

/// <summary>The configuration that points a stack at the embedded registry and cluster, in place of the testbed that its file names.</summary>
internal static class EmbeddedTarget
{
    /// <param name="registry">The registry's address, for example 127.0.0.1:5000.</param>
    /// <param name="home">Where the kubeconfig lies.</param>
    public static IReadOnlyDictionary<string, string> Config(string registry, LabHome home) => new Dictionary<string, string>
    {
        ["kubeconfig"] = home.Kubeconfig,
        ["nodeAddress"] = "127.0.0.1",
        ["registry"] = registry,
        ["imageBuilder"] = "dotnet",
        ["baseImage"] = $"{registry}/scalelab/empty:latest",
        ["loadBalancer"] = "true",
    };

    /// <summary>The same keys before the registry's address is known, to check the rest of a stack's configuration.</summary>
    public static IReadOnlyDictionary<string, string> Placeholder(LabHome home) => Config("127.0.0.1:0", home);
}

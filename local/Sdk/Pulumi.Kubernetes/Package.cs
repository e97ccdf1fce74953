namespace Pulumi.Kubernetes;

/// <summary>The official package that this one stands for.</summary>
internal static class Package
{
    /// <summary>Tells the engine which provider to use.</summary>
    public const string Version = "4.32.0";
}

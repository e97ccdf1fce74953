namespace Scalelab.Engine.Providers.Kubernetes;

/// <summary>The annotations by which programs tell the provider what to do with an object; the official provider's names.</summary>
internal static class Annotations
{
    public const string Autonamed = "pulumi.com/autonamed";

    /// <summary>Take fields over that another manager owns.</summary>
    public const string PatchForce = "pulumi.com/patchForce";

    /// <summary>Apply under this name instead of the provider's own.</summary>
    public const string PatchFieldManager = "pulumi.com/patchFieldManager";

    public const string DeletionPropagation = "pulumi.com/deletionPropagationPolicy";

    public const string True = "true";
}

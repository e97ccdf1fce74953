using Pulumi.Kubernetes.Types.Inputs.Meta.V1;

namespace Pulumi.Kubernetes.ApiExtensions;

/// <summary>The inputs of a <see cref="CustomResourcePatch"/>. Derive from it and add what the kind has, mostly <c>[Input("spec")]</c>.</summary>
public abstract class CustomResourcePatchArgs : ResourceArgs
{
    /// <param name="apiVersion">Group and version: <c>serving.kserve.io/v1beta1</c>.</param>
    /// <param name="kind">The kind: <c>InferenceService</c>.</param>
    protected CustomResourcePatchArgs(string apiVersion, string kind)
    {
        ApiVersion = apiVersion;
        Kind = kind;
        Type = $"kubernetes:{apiVersion}:{kind}Patch";
    }

    [Input("apiVersion")]
    public Input<string> ApiVersion { get; }

    [Input("kind")]
    public Input<string> Kind { get; }

    [Input("metadata")]
    public Input<ObjectMetaArgs>? Metadata { get; set; }

    internal string Type { get; }
}

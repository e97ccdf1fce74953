using System.Collections.Immutable;
using Pulumi.Kubernetes.Types.Outputs.Meta.V1;

namespace Pulumi.Kubernetes.ApiExtensions;

/// <summary>An object of a kind that the cluster was taught. Derive from it to show more outputs.</summary>
public class CustomResource : KubernetesResource
{
    public CustomResource(string name, CustomResourceArgs args, CustomResourceOptions? options = null)
        : base(args.Type, name, args, options)
    {
    }

    internal CustomResource(string type, string name, ImmutableDictionary<string, object?> manifest, CustomResourceOptions options)
        : base(type, name, new DictionaryResourceArgs(manifest), options)
    {
    }

    [Output("apiVersion")]
    public Output<string> ApiVersion { get; private set; } = null!;

    [Output("kind")]
    public Output<string> Kind { get; private set; } = null!;

    [Output("metadata")]
    public Output<ObjectMeta> Metadata { get; private set; } = null!;
}

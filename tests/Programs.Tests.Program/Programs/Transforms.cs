using System.Collections.Immutable;
using Pulumi;
using Pulumi.Kubernetes.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;

namespace Scalelab.Programs.Tests.Program.Programs;

/// <summary>The stack changes what its resources are: labels by transformation, an annotation by transform, timeouts for all.</summary>
internal sealed class Transforms : Stack
{
    public Transforms()
        : base(new StackOptions
        {
            ResourceTransformations = { Labelled },
            ResourceTransforms = { AnnotatedAsync },
        })
    {
        var map = new ConfigMap("settings", new ConfigMapArgs { Data = { ["a"] = "1" } });
        var plain = new ConfigMap("plain", new ConfigMapArgs { Metadata = new ObjectMetaArgs { Labels = { ["own"] = "yes" } } });
        Labels = Output.All(map.Metadata, plain.Metadata).Apply(all => string.Join('|', all.Select(metadata => string.Join(',', metadata.Labels.Keys.Order(StringComparer.Ordinal)))));
        Annotation = map.Metadata.Apply(metadata => metadata.Annotations["example.com/stack"]);
    }

    [Output("labels")]
    public Output<string> Labels { get; set; }

    [Output("annotation")]
    public Output<string> Annotation { get; set; }

    private static ResourceTransformationResult? Labelled(ResourceTransformationArgs args)
    {
        if (args.Args is not ConfigMapArgs map)
        {
            return null;
        }

        map.Metadata = map.Metadata is null
            ? new ObjectMetaArgs { Labels = { ["managed"] = "true" } }
            : map.Metadata.Apply(metadata => new ObjectMetaArgs { Labels = InputMap<string>.Merge(metadata.Labels, new InputMap<string> { ["managed"] = "true" }) });
        return new ResourceTransformationResult(map, args.Options);
    }

    private static Task<ResourceTransformResult?> AnnotatedAsync(ResourceTransformArgs args, CancellationToken cancellationToken)
    {
        if (args.Type != "kubernetes:core/v1:ConfigMap")
        {
            return Task.FromResult<ResourceTransformResult?>(null);
        }

        var metadata = (ImmutableDictionary<string, object?>?)args.Args.GetValueOrDefault("metadata") ?? ImmutableDictionary<string, object?>.Empty;
        var changed = args.Args.SetItem("metadata", metadata.SetItem("annotations", ImmutableDictionary<string, object?>.Empty.Add("example.com/stack", Deployment.Instance.StackName)));
        return Task.FromResult<ResourceTransformResult?>(new ResourceTransformResult(changed, args.Options));
    }
}

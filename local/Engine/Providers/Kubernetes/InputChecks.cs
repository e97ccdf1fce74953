using System.Security.Cryptography;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Providers.Kubernetes.Awaiting;

namespace Scalelab.Engine.Providers.Kubernetes;

/// <summary>Holds an object's inputs against what can be known without trying, and completes them: name, namespace, version and kind.</summary>
internal sealed class InputChecks(KubeCluster cluster, KubernetesConfig config)
{
    public async Task<CheckResult> RunAsync(CheckRequest request, CancellationToken cancellationToken)
    {
        var inputs = request.NewInputs;
        var (apiVersion, kind) = Declared.KindOf(request.Urn, inputs);
        if (Refusal(request.Urn, kind) is { } refusal)
        {
            return new CheckResult(inputs, [refusal]);
        }

        inputs = Declared.Normalize(inputs.With("apiVersion", apiVersion).With("kind", kind));
        var metadata = inputs.Find("metadata") as PropertyMap ?? PropertyMap.Empty;
        var failure = CheckMetadata(request.Urn, kind, inputs, metadata);
        if (failure is not null)
        {
            return new CheckResult(inputs, [failure]);
        }

        metadata = Named(request, metadata);
        if (!metadata.ContainsKey("namespace"))
        {
            var resource = await cluster.FindKindAsync(apiVersion, kind, cancellationToken);
            // Of a kind that cannot be asked for, what was right last time is right still.
            var home = resource is null && request.OldInputs is { } old ? Declared.Metadata(old, "namespace") : resource is { Namespaced: true } ? config.Namespace : null;
            metadata = home is null ? metadata : metadata.With("namespace", home);
        }

        return CheckResult.Valid(inputs.With("metadata", metadata));
    }

    private static CheckFailure? Refusal(Urn urn, string kind)
    {
        var parts = urn.Type.Split(':');
        var isObject = parts.Length == 3 && parts[1].Contains('/', StringComparison.Ordinal) && !parts[1].StartsWith("helm.sh/", StringComparison.Ordinal);
        return (isObject, kind.EndsWith("List", StringComparison.Ordinal)) switch
        {
            (true, false) => null,
            (true, true) => new CheckFailure("", "lists cannot be created. Declare their items as resources."),
            _ => new CheckFailure("", $"the embedded engine has no {urn.Type}: charts and manifests are not supported. Declare the objects as resources, or run the program with the Pulumi CLI."),
        };
    }

    private static CheckFailure? CheckMetadata(Urn urn, string kind, PropertyMap inputs, PropertyMap metadata)
    {
        if (metadata.ContainsKey("generateName"))
        {
            return new CheckFailure("metadata.generateName", "the cluster would choose the name, and an interrupted update could not find the object again. Leave it out: the engine then chooses a name.");
        }

        if (Declared.IsPatch(urn, kind) && !metadata.ContainsKey("name"))
        {
            return new CheckFailure("metadata.name", "must be given: it says which object is patched.");
        }

        return Declared.Annotation(inputs, WaitFor.Annotation) is { Length: > 0 } waitFor && !WaitFor.TryParse(waitFor, out _, out var error)
            ? new CheckFailure($"metadata.annotations[\"{WaitFor.Annotation}\"]", error)
            : null;
    }

    private static PropertyMap Named(CheckRequest request, PropertyMap metadata)
    {
        if (metadata.ContainsKey("name"))
        {
            return metadata;
        }

        var old = request.OldInputs is { } inputs && Declared.IsAutonamed(inputs) ? Declared.Metadata(inputs, "name") : null;
        var annotations = metadata.Find("annotations") as PropertyMap ?? PropertyMap.Empty;
        return metadata
            .With("name", old ?? $"{request.Urn.Name}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}")
            .With("annotations", annotations.With(Annotations.Autonamed, Annotations.True));
    }
}

using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Google.Protobuf.WellKnownTypes;
using Pulumi.Serialization;

namespace Pulumi;

// Transforms run here, where their code is. The official SDK lets the engine call them back, which gives the same for every resource that
// the program registers itself.
public sealed partial class Deployment
{
    private ImmutableArray<InvokeTransform> _invokeTransforms = [];

    /// <summary>Runs for every call of a provider's function from now on, after those that were given before.</summary>
    public void RegisterInvokeTransform(InvokeTransform transform)
    {
        ArgumentNullException.ThrowIfNull(transform);
        ImmutableInterlocked.Update(ref _invokeTransforms, static (transforms, added) => transforms.Add(added), transform);
    }

    /// <summary>Completes at once: transforms are registered when <see cref="RegisterInvokeTransform"/> returns.</summary>
    [SuppressMessage("Performance", "CA1822", Justification = "Pulumi's public API.")]
    public Task AwaitPendingRegistrations()
        => Task.CompletedTask;

    /// <summary>Whether transforms of functions take effect.</summary>
    [SuppressMessage("Performance", "CA1822", Justification = "Pulumi's public API.")]
    public Task<bool> MonitorSupportsInvokeTransforms()
        => Task.FromResult(true);

    private async Task<(Prepared Prepared, ResourceOptions Options)> TransformAsync(
        Resource resource, bool remote, Prepared prepared, ResourceOptions options)
    {
        ImmutableArray<ResourceTransform> transforms = _monitor.IsMock ? [] : [.. resource.Transforms];
        if (transforms.IsEmpty)
        {
            return (prepared, options);
        }

        if (remote)
        {
            throw new ResourceException(
                $"The children of '{resource.GetResourceName()}' are made by a provider, where this SDK's ResourceTransforms do not reach. "
                + "Use ResourceTransformations for what this program declares itself.",
                resource,
                hideStack: true);
        }

        // A resource's own transforms see what each input depends on; those of its parents see plain values, whose dependencies stay.
        var keepsDependencies = resource.OwnTransforms.IsEmpty;
        var args = ReadInputs(prepared, withDependencies: !keepsDependencies);
        var transformed = options.Clone();
        transformed.Parent ??= resource is Stack ? null : Stack;
        var isChanged = false;
        foreach (var transform in transforms)
        {
            var input = new ResourceTransformArgs(
                resource.GetResourceName(), resource.GetResourceType(), resource is CustomResource, args, transformed);
            if (await transform(input, CancellationToken.None).ConfigureAwait(false) is { } result)
            {
                (args, transformed, isChanged) = (result.Args, result.Options, true);
            }
        }

        if (!isChanged)
        {
            return (prepared, options);
        }

        transformed = transformed.Clone();
        transformed.Parent = options.Parent;
        var again = await PrepareAsync(resource, remote, new DictionaryResourceArgs(args), transformed).ConfigureAwait(false);
        if (keepsDependencies)
        {
            AddDependencies(again, prepared);
        }

        return (again, transformed);
    }

    private static ImmutableDictionary<string, object?> ReadInputs(Prepared prepared, bool withDependencies)
        => prepared.Properties.Fields.ToImmutableDictionary(
            field => field.Key,
            field =>
            {
                var value = PropertyDeserializer.DeserializeInPlace(field.Value);
                return withDependencies && prepared.PropertyDependencies[field.Key].Urns is { Count: > 0 } urns
                    ? WithDependencies(value, urns)
                    : value;
            });

    private static Output<object?> WithDependencies(object? value, IEnumerable<string> urns)
    {
        var output = value as Output<object?> ?? Output.Create(value);
        return output.WithData(data => data with
        {
            Resources = data.Resources.Union(urns.Select(urn => (Resource)new DependencyResource(urn))),
        });
    }

    private static void AddDependencies(Prepared target, Prepared source)
    {
        foreach (var (name, dependencies) in source.PropertyDependencies)
        {
            if (target.PropertyDependencies.TryGetValue(name, out var present))
            {
                var added = dependencies.Urns.Except(present.Urns).ToList();
                present.Urns.AddRange(added);
                target.Dependencies.UnionWith(added);
            }
        }
    }

    private async Task<(Struct Fields, InvokeOptions? Options)> TransformInvokeAsync(string token, Struct fields, InvokeOptions? options)
    {
        var transforms = _monitor.IsMock ? [] : _invokeTransforms;
        if (transforms.IsEmpty)
        {
            return (fields, options);
        }

        var args = fields.Fields.ToImmutableDictionary(field => field.Key, field => PropertyDeserializer.DeserializeInPlace(field.Value));
        options ??= new InvokeOptions();
        foreach (var transform in transforms)
        {
            if (await transform(new InvokeTransformArgs(token, args, options), CancellationToken.None).ConfigureAwait(false) is { } result)
            {
                (args, options) = (result.Args, result.Options);
            }
        }

        var (transformed, _) = await SerializeInvokeAsync(token, new DictionaryInvokeArgs(args)).ConfigureAwait(false);
        return (transformed, options);
    }
}

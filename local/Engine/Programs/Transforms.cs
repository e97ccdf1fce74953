using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;
using Pulumirpc;

namespace Scalelab.Engine.Programs;

/// <summary>
/// Functions of the program that may change a resource before it is registered, or a function's arguments before it is called. Applied in
/// this order: the resource's own, its parents' from the nearest outwards, the stack's. Thread-safe.
/// </summary>
internal sealed class Transforms(CallbackClient callbacks, Lineage lineage)
{
    private ImmutableList<Callback> _forResources = [];
    private ImmutableList<Callback> _forFunctions = [];

    public void AddForResources(Callback callback) => ImmutableInterlocked.Update(ref _forResources, list => list.Add(CallbackClient.Check(callback)));

    public void AddForFunctions(Callback callback) => ImmutableInterlocked.Update(ref _forFunctions, list => list.Add(CallbackClient.Check(callback)));

    /// <summary>Changes the request as the transforms want it.</summary>
    public async Task ApplyAsync(RegisterResourceRequest request, CancellationToken cancellationToken)
    {
        var transforms = lineage.TransformsOf(request).Concat(_forResources).ToArray();
        if (transforms.Length == 0)
        {
            return;
        }

        var properties = WithDependencies(request);
        var options = OptionsOf(request);
        foreach (var transform in transforms)
        {
            var response = await callbacks.InvokeAsync(
                CallbackClient.Check(transform),
                new TransformRequest
                {
                    Type = request.Type,
                    Name = request.Name,
                    Custom = request.Custom,
                    Parent = request.Parent,
                    Properties = properties,
                    Options = options,
                },
                TransformResponse.Parser,
                cancellationToken);
            properties = response.Properties ?? properties;
            options = response.Options ?? options;
        }

        Put(options, request);
        Put(properties, request);
    }

    /// <inheritdoc cref="ApplyAsync(RegisterResourceRequest, CancellationToken)"/>
    public async Task ApplyAsync(ResourceInvokeRequest request, CancellationToken cancellationToken)
    {
        foreach (var transform in _forFunctions)
        {
            var response = await callbacks.InvokeAsync(
                transform,
                new TransformInvokeRequest
                {
                    Token = request.Tok,
                    Args = request.Args ?? new Struct(),
                    Options = new TransformInvokeOptions
                    {
                        Provider = request.Provider,
                        Version = request.Version,
                        PluginDownloadUrl = request.PluginDownloadURL,
                        PluginChecksums = { request.PluginChecksums },
                    },
                },
                TransformInvokeResponse.Parser,
                cancellationToken);
            request.Args = response.Args ?? request.Args;
            if (response.Options is { } options)
            {
                request.Provider = options.Provider;
                request.Version = options.Version;
                request.PluginDownloadURL = options.PluginDownloadUrl;
            }
        }
    }

    private static Struct WithDependencies(RegisterResourceRequest request)
    {
        var properties = new Struct();
        foreach (var (key, value) in request.Object?.Fields ?? [])
        {
            properties.Fields[key] = request.PropertyDependencies.TryGetValue(key, out var dependencies) ? OutputValues.With(value, dependencies.Urns) : value;
        }

        return properties;
    }

    private static TransformResourceOptions OptionsOf(RegisterResourceRequest request)
    {
        var options = new TransformResourceOptions
        {
            DependsOn = { request.Dependencies },
            IgnoreChanges = { request.IgnoreChanges },
            ReplaceOnChanges = { request.ReplaceOnChanges },
            Version = request.Version,
            Aliases = { request.AliasURNs.Select(urn => new Alias { Urn = urn }).Concat(request.Aliases) },
            Provider = request.Provider,
            CustomTimeouts = request.CustomTimeouts,
            PluginDownloadUrl = request.PluginDownloadURL,
            DeletedWith = request.DeletedWith,
            AdditionalSecretOutputs = { request.AdditionalSecretOutputs },
            Providers = { request.Providers },
            PluginChecksums = { request.PluginChecksums },
            Hooks = request.Hooks,
            Import = request.ImportId,
            HideDiff = { request.HideDiffs },
            ReplaceWith = { request.ReplaceWith },
            ReplacementTrigger = request.ReplacementTrigger,
        };
        if (request.HasProtect)
        {
            options.Protect = request.Protect;
        }

        if (request.HasRetainOnDelete)
        {
            options.RetainOnDelete = request.RetainOnDelete;
        }

        if (request.DeleteBeforeReplaceDefined || request.DeleteBeforeReplace)
        {
            options.DeleteBeforeReplace = request.DeleteBeforeReplace;
        }

        return options;
    }

    private static void Put(TransformResourceOptions options, RegisterResourceRequest request)
    {
        Replace(request.Dependencies, options.DependsOn);
        Replace(request.IgnoreChanges, options.IgnoreChanges);
        Replace(request.ReplaceOnChanges, options.ReplaceOnChanges);
        Replace(request.AdditionalSecretOutputs, options.AdditionalSecretOutputs);
        Replace(request.HideDiffs, options.HideDiff);
        Replace(request.ReplaceWith, options.ReplaceWith);
        request.AliasURNs.Clear();
        request.Aliases.Clear();
        request.Aliases.Add(options.Aliases);
        request.Providers.Clear();
        request.Providers.Add(options.Providers);
        request.PluginChecksums.Clear();
        request.PluginChecksums.Add(options.PluginChecksums);
        request.Version = options.Version;
        request.Provider = options.Provider;
        request.CustomTimeouts = options.CustomTimeouts;
        request.PluginDownloadURL = options.PluginDownloadUrl;
        request.DeletedWith = options.DeletedWith;
        request.Hooks = options.Hooks;
        request.ImportId = options.Import;
        request.ReplacementTrigger = options.ReplacementTrigger;
        request.DeleteBeforeReplaceDefined = options.HasDeleteBeforeReplace;
        request.DeleteBeforeReplace = options.DeleteBeforeReplace;
        request.ClearProtect();
        request.ClearRetainOnDelete();
        if (options.HasProtect)
        {
            request.Protect = options.Protect;
        }

        if (options.HasRetainOnDelete)
        {
            request.RetainOnDelete = options.RetainOnDelete;
        }
    }

    // The values say what they depend on, wherever the transforms have moved them.
    private static void Put(Struct properties, RegisterResourceRequest request)
    {
        request.Object = properties;
        request.PropertyDependencies.Clear();
        var all = new HashSet<string>(request.Dependencies);
        foreach (var (key, value) in properties.Fields)
        {
            var dependencies = new HashSet<string>();
            OutputValues.Collect(value, dependencies);
            request.PropertyDependencies[key] = new RegisterResourceRequest.Types.PropertyDependencies { Urns = { dependencies.Order(StringComparer.Ordinal) } };
            all.UnionWith(dependencies);
        }

        Replace(request.Dependencies, [.. all]);
    }

    private static void Replace(Google.Protobuf.Collections.RepeatedField<string> target, IEnumerable<string> values)
    {
        var copy = values.ToArray();
        target.Clear();
        target.Add(copy);
    }
}

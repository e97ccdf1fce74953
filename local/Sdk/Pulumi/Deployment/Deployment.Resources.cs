using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;
using Pulumi.Serialization;
using Pulumirpc;

namespace Pulumi;

public sealed partial class Deployment
{
    private static readonly ImmutableDictionary<string, ImmutableHashSet<Resource>> NoDependencies =
        ImmutableDictionary<string, ImmutableHashSet<Resource>>.Empty;

    /// <summary>Declares a resource; its outputs complete when the engine answers.</summary>
    internal void ReadOrRegister(
        Resource resource, bool remote, ResourceArgs args, ResourceOptions options, RegisterPackageRequest? package)
        => Tasks.Add(CompleteAsync(resource, remote, args, options, package));

    /// <summary>Shows the outputs of the stack or a component, once it is registered.</summary>
    internal void RegisterOutputs(Resource resource, Output<IDictionary<string, object?>> outputs)
    {
        Tasks.Add(SendAsync());

        async Task SendAsync()
        {
            var urn = await resource.Urn.GetValueAsync(whenUnknown: "").ConfigureAwait(false);
            var values = await outputs.GetValueAsync(whenUnknown: ImmutableDictionary<string, object?>.Empty).ConfigureAwait(false);
            var serializer = new PropertySerializer(new SerializationOptions(await KeepsResourcesAsync().ConfigureAwait(false)));
            await _monitor.RegisterResourceOutputsAsync(new RegisterResourceOutputsRequest
            {
                Urn = urn,
                Outputs = await serializer.SerializeStructAsync(resource.GetResourceName(), values.ToDictionary()).ConfigureAwait(false),
            }).ConfigureAwait(false);
        }
    }

    private async Task CompleteAsync(
        Resource resource, bool remote, ResourceArgs args, ResourceOptions options, RegisterPackageRequest? package)
    {
        var outputs = resource.PendingOutputs;
        try
        {
            var answer = await AskEngineAsync(resource, remote, args, options, package).ConfigureAwait(false);
            outputs.SetIdentity(answer.Urn, answer.Id);
            outputs.SetFields(resource, answer.Fields, answer.Dependencies);

            // What an update did not return does not exist; a preview, or a resource that was left out, could not tell.
            outputs.SetRest(isKnown: !IsDryRun && answer.Result == Result.Success);
        }
        catch (Exception e)
        {
            outputs.Fail(e);
            throw;
        }
    }

    private async Task<Answer> AskEngineAsync(
        Resource resource, bool remote, ResourceArgs args, ResourceOptions options, RegisterPackageRequest? package)
    {
        if (options.Urn != null)
        {
            return await LookUpAsync(options.Urn).ConfigureAwait(false);
        }

        var id = options.Id == null ? "" : await options.Id.ToOutput().GetValueAsync(whenUnknown: "").ConfigureAwait(false);
        if (string.IsNullOrEmpty(id))
        {
            return await RegisterAsync(resource, remote, args, options, package).ConfigureAwait(false);
        }

        return resource is CustomResource
            ? await ReadAsync(resource, id, args, options, package).ConfigureAwait(false)
            : throw new ArgumentException($"'{resource.GetResourceName()}' is a component: only custom resources can be read by Id.");
    }

    /// <summary>A resource that is in the stack's state already.</summary>
    private async Task<Answer> LookUpAsync(string urn)
    {
        var response = await SendInvokeAsync(new ResourceInvokeRequest
        {
            Tok = "pulumi:pulumi:getResource",
            Args = new Struct { Fields = { [WireNames.Urn] = Value.ForString(urn) } },
            AcceptResources = true,
        }).ConfigureAwait(false);
        var fields = response.Return.Fields;
        return new Answer(fields["urn"].StringValue, fields["id"].StringValue, fields["state"].StructValue, NoDependencies, Result.Success);
    }

    private async Task<Answer> ReadAsync(
        Resource resource, string id, ResourceArgs args, ResourceOptions options, RegisterPackageRequest? package)
    {
        var prepared = await PrepareAsync(resource, remote: false, args, options).ConfigureAwait(false);
        var response = await _monitor.ReadResourceAsync(resource, new ReadResourceRequest
        {
            Type = resource.GetResourceType(),
            Name = resource.GetResourceName(),
            Id = id,
            Parent = prepared.Parent,
            Provider = prepared.Provider,
            Properties = prepared.Properties,
            Dependencies = { prepared.Dependencies },
            Version = options.Version ?? "",
            PluginDownloadURL = options.PluginDownloadURL ?? "",
            AcceptSecrets = true,
            AcceptResources = true,
            AdditionalSecretOutputs = { (options as CustomResourceOptions)?.AdditionalSecretOutputs ?? [] },
            PackageRef = await ReferToAsync(package).ConfigureAwait(false),
        }).ConfigureAwait(false);
        return new Answer(response.Urn, id, response.Properties, NoDependencies, Result.Success);
    }

    private async Task<Answer> RegisterAsync(
        Resource resource, bool remote, ResourceArgs args, ResourceOptions options, RegisterPackageRequest? package)
    {
        var prepared = await PrepareAsync(resource, remote, args, options).ConfigureAwait(false);
        (prepared, options) = await TransformAsync(resource, remote, prepared, options).ConfigureAwait(false);
        await Task.WhenAll(options.Hooks.Registrations).ConfigureAwait(false);
        var request = new RegisterResourceRequest
        {
            Type = resource.GetResourceType(),
            Name = resource.GetResourceName(),
            Custom = resource is CustomResource,
            Remote = remote,
            Parent = prepared.Parent,
            Provider = prepared.Provider,
            Providers = { prepared.Providers },
            Object = prepared.Properties,
            Dependencies = { prepared.Dependencies },
            PropertyDependencies = { prepared.PropertyDependencies },
            Version = options.Version ?? "",
            PluginDownloadURL = options.PluginDownloadURL ?? "",
            IgnoreChanges = { options.IgnoreChanges },
            HideDiffs = { options.HideDiffs },
            CustomTimeouts = options.CustomTimeouts?.ToMessage(),
            Aliases = { await ResolveAliasesAsync(options).ConfigureAwait(false) },
            AliasSpecs = true,
            AcceptSecrets = true,
            AcceptResources = true,
            SupportsResultReporting = true,
            PackageRef = await ReferToAsync(package).ConfigureAwait(false),
        };
        AddChoices(request, options);
        await AddRelationsAsync(request, options).ConfigureAwait(false);

        var response = await _monitor.RegisterResourceAsync(resource, request).ConfigureAwait(false);
        var dependencies = response.PropertyDependencies.ToImmutableDictionary(
            entry => entry.Key,
            entry => entry.Value.Urns.Select(urn => (Resource)new DependencyResource(urn)).ToImmutableHashSet());
        return new Answer(response.Urn, response.Id, response.Object ?? new Struct(), dependencies, response.Result);
    }

    /// <summary>Options for which leaving them out differs from every value.</summary>
    private static void AddChoices(RegisterResourceRequest request, ResourceOptions options)
    {
        if (options.Protect is { } protect)
        {
            request.Protect = protect;
        }

        if (options.RetainOnDelete is { } retain)
        {
            request.RetainOnDelete = retain;
        }

        if (options is not CustomResourceOptions custom)
        {
            return;
        }

        request.ReplaceOnChanges.AddRange(custom.ReplaceOnChanges);
        request.ImportId = custom.ImportId ?? "";
        request.AdditionalSecretOutputs.AddRange(custom.AdditionalSecretOutputs);
        request.EnvVarMappings.Add(custom.EnvVarMappings);
        request.DeleteBeforeReplaceDefined = custom.DeleteBeforeReplace != null;
        request.DeleteBeforeReplace = custom.DeleteBeforeReplace ?? false;
    }

    private async Task AddRelationsAsync(RegisterResourceRequest request, ResourceOptions options)
    {
        if (options.DeletedWith != null)
        {
            await RequireFeatureAsync("deletedWith", "the resource option DeletedWith").ConfigureAwait(false);
            request.DeletedWith = await options.DeletedWith.Urn.GetValueAsync(whenUnknown: "").ConfigureAwait(false);
        }

        var replaceWith = await options.ReplaceWith.ToOutput().GetValueAsync(whenUnknown: []).ConfigureAwait(false);
        if (replaceWith.Length > 0)
        {
            await RequireFeatureAsync("replaceWith", "the resource option ReplaceWith").ConfigureAwait(false);
            foreach (var resource in replaceWith)
            {
                request.ReplaceWith.Add(await resource.Urn.GetValueAsync(whenUnknown: "").ConfigureAwait(false));
            }
        }

        if (options.ReplacementTrigger != null)
        {
            var serializer = new PropertySerializer(new SerializationOptions(await KeepsResourcesAsync().ConfigureAwait(false)));
            request.ReplacementTrigger =
                await serializer.SerializeAsync(nameof(options.ReplacementTrigger), options.ReplacementTrigger).ConfigureAwait(false)
                ?? Value.ForNull();
        }
    }

    private async Task RequireFeatureAsync(string feature, string what)
    {
        if (!await SupportsAsync(feature).ConfigureAwait(false))
        {
            throw new RunException($"The engine does not support {what}; update it, or do without.");
        }
    }

    private static async Task<List<Pulumirpc.Alias>> ResolveAliasesAsync(ResourceOptions options)
    {
        var messages = new List<Pulumirpc.Alias>();
        foreach (var alias in options.Aliases)
        {
            // Nothing can have had an identity that is not known yet.
            if (await alias.ToOutput().GetValueAsync(whenUnknown: null!).ConfigureAwait(false) is { } known)
            {
                messages.Add(await known.ToMessageAsync().ConfigureAwait(false));
            }
        }

        return messages;
    }

    private sealed record Answer(
        string Urn, string? Id, Struct Fields, ImmutableDictionary<string, ImmutableHashSet<Resource>> Dependencies, Result Result);
}

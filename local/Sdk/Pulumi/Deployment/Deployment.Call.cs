using Google.Protobuf.WellKnownTypes;
using Pulumi.Serialization;
using Pulumirpc;

namespace Pulumi;

public sealed partial class Deployment
{
    // The name under which a method finds the resource that it is called on.
    private const string Self = "__self__";

    /// <summary>Calls a method of a component that a provider made. The provider says what the result depends on.</summary>
    internal async Task<OutputData<T>> CallAsync<T>(
        string token, CallArgs? args, Resource? self, CallOptions? options, RegisterPackageRequest? package)
    {
        var (provider, version, pluginDownloadUrl) = self?.CallSettings
            ?? (options?.Provider ?? options?.Parent?.GetProvider(token), options?.Version, options?.PluginDownloadURL);
        var request = new ResourceCallRequest
        {
            Tok = token,
            Args = new Struct(),
            Provider = await GetReferenceAsync(provider).ConfigureAwait(false),
            Version = version ?? "",
            PluginDownloadURL = pluginDownloadUrl ?? "",
            PackageRef = await ReferToAsync(package).ConfigureAwait(false),
        };
        await AddArgumentsAsync(request, args ?? CallArgs.Empty, self).ConfigureAwait(false);

        var response = await _monitor.CallAsync(request).ConfigureAwait(false);
        RequireAccepted(token, response.Failures);
        var data = Convert<T>(token, response.Return);
        var resources = response.ReturnDependencies.Values
            .SelectMany(dependencies => dependencies.Urns)
            .Select(urn => (Resource)new DependencyResource(urn));
        return data with { Resources = data.Resources.Union(resources) };
    }

    private async Task AddArgumentsAsync(ResourceCallRequest request, CallArgs args, Resource? self)
    {
        var options = new SerializationOptions(
            KeepResources: true, KeepOutputs: await SupportsAsync("outputValues").ConfigureAwait(false), IgnoreReferences: true);
        var arguments = args.ToDictionary();
        if (self != null)
        {
            arguments[Self] = self;
        }

        foreach (var (name, value) in arguments)
        {
            var serializer = new PropertySerializer(options);
            if (await serializer.SerializeAsync($"{request.Tok}({name})", value).ConfigureAwait(false) is { } serialized)
            {
                request.Args.Fields.Add(name, serialized);
                request.ArgDependencies.Add(name, new ResourceCallRequest.Types.ArgumentDependencies
                {
                    Urns = { await DependencyUrns.OfAsync(serializer.Dependencies).ConfigureAwait(false) },
                });
            }
        }
    }
}

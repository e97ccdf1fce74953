using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;
using Pulumi.Serialization;
using Pulumirpc;

namespace Pulumi;

public sealed partial class Deployment
{
    internal async Task<T> InvokeAsync<T>(string token, InvokeArgs? args, InvokeOptions? options)
    {
        var (fields, _) = await SerializeInvokeAsync(token, args).ConfigureAwait(false);
        var response = await SendInvokeAsync(await CreateRequestAsync(token, fields, options).ConfigureAwait(false)).ConfigureAwait(false);
        return Convert<T>(token, response).Value;
    }

    /// <summary>Calls a function unless something it needs is unknown: then the result is.</summary>
    internal async Task<OutputData<T>> InvokeAsOutputAsync<T>(string token, InvokeArgs? args, InvokeOptions? options)
    {
        var (fields, serializer) = await SerializeInvokeAsync(token, args).ConfigureAwait(false);
        if (serializer.HasUnknowns)
        {
            return OutputData<T>.Unknown();
        }

        var dependsOn = options is InvokeOutputOptions { DependsOn: var list }
            ? await list.ToOutput().GetValueAsync(whenUnknown: []).ConfigureAwait(false)
            : [];
        var dependencies = serializer.Dependencies.Union(dependsOn).ToImmutableHashSet();
        foreach (var resource in DependencyUrns.Expand(dependencies))
        {
            // A resource that does not exist yet cannot be asked about. One that the engine named has no id here.
            if (resource is CustomResource and not DependencyResource
                && !(await ((CustomResource)resource).Id.DataTask.ConfigureAwait(false)).IsKnown)
            {
                return OutputData<T>.Unknown();
            }
        }

        var request = await CreateRequestAsync(token, fields, options).ConfigureAwait(false);
        request.DependsOn.AddRange(await DependencyUrns.OfAsync(dependencies).ConfigureAwait(false));
        var response = await SendInvokeAsync(request).ConfigureAwait(false);
        var data = Convert<T>(token, response);
        return data with { Resources = data.Resources.Union(dependencies), IsKnown = data.IsKnown && !response.Unknown };
    }

    private static OutputData<T> Convert<T>(string token, ResourceInvokeResponse response)
    {
        var data = PropertyDeserializer.Deserialize(Value.ForStruct(response.Return ?? new Struct()));
        return data.With(data.IsKnown ? (T)ValueConverter.Convert($"The result of {token}", data.Value, typeof(T))! : default!);
    }

    private async Task<(Struct Fields, PropertySerializer Serializer)> SerializeInvokeAsync(string token, InvokeArgs? args)
    {
        var serializer = new PropertySerializer(new SerializationOptions(await KeepsResourcesAsync().ConfigureAwait(false)));
        var fields = await serializer.SerializeStructAsync(token, (args ?? InvokeArgs.Empty).ToDictionary()).ConfigureAwait(false);
        return (fields, serializer);
    }

    private static async Task<ResourceInvokeRequest> CreateRequestAsync(string token, Struct fields, InvokeOptions? options)
        => new()
        {
            Tok = token,
            Args = fields,
            Provider = await GetReferenceAsync(options?.Provider ?? options?.Parent?.GetProvider(token)).ConfigureAwait(false),
            Version = options?.Version ?? "",
            PluginDownloadURL = options?.PluginDownloadURL ?? "",
            AcceptResources = true,
        };

    private async Task<ResourceInvokeResponse> SendInvokeAsync(ResourceInvokeRequest request)
    {
        var response = await _monitor.InvokeAsync(request).ConfigureAwait(false);
        return response.Failures.Count == 0
            ? response
            : throw new RunException(
                $"The function {request.Tok} refuses its arguments: "
                + string.Join("; ", response.Failures.Select(failure => $"{failure.Reason} ({failure.Property})")));
    }
}

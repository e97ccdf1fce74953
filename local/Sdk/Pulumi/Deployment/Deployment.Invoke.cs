using System.Collections.Immutable;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Pulumi.Serialization;
using Pulumirpc;

namespace Pulumi;

public sealed partial class Deployment
{
    internal async Task<T> InvokeAsync<T>(string token, InvokeArgs? args, InvokeOptions? options, RegisterPackageRequest? package)
    {
        var (fields, _) = await SerializeInvokeAsync(token, args).ConfigureAwait(false);
        var request = await CreateRequestAsync(token, fields, options, package).ConfigureAwait(false);
        var response = await SendInvokeAsync(request).ConfigureAwait(false);
        return Convert<T>(token, response.Return).Value;
    }

    /// <summary>Calls a function unless something it needs is unknown: then the result is.</summary>
    internal async Task<OutputData<T>> InvokeAsOutputAsync<T>(
        string token, InvokeArgs? args, InvokeOptions? options, RegisterPackageRequest? package)
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

        var request = await CreateRequestAsync(token, fields, options, package).ConfigureAwait(false);
        request.DependsOn.AddRange(await DependencyUrns.OfAsync(dependencies).ConfigureAwait(false));
        var response = await SendInvokeAsync(request).ConfigureAwait(false);
        var data = Convert<T>(token, response.Return);
        return data with { Resources = data.Resources.Union(dependencies), IsKnown = data.IsKnown && !response.Unknown };
    }

    private static OutputData<T> Convert<T>(string token, Struct? result)
    {
        var data = PropertyDeserializer.Deserialize(Value.ForStruct(result ?? new Struct()));
        return data.With(data.IsKnown ? (T)ValueConverter.Convert($"The result of {token}", data.Value, typeof(T), warning => Log.Warn(warning))! : default!);
    }

    private async Task<(Struct Fields, PropertySerializer Serializer)> SerializeInvokeAsync(string token, InvokeArgs? args)
    {
        var serializer = new PropertySerializer(new SerializationOptions(await KeepsResourcesAsync().ConfigureAwait(false)));
        var fields = await serializer.SerializeStructAsync(token, (args ?? InvokeArgs.Empty).ToDictionary()).ConfigureAwait(false);
        return (fields, serializer);
    }

    private async Task<ResourceInvokeRequest> CreateRequestAsync(
        string token, Struct fields, InvokeOptions? options, RegisterPackageRequest? package)
    {
        (fields, options) = await TransformInvokeAsync(token, fields, options).ConfigureAwait(false);
        return new ResourceInvokeRequest
        {
            Tok = token,
            Args = fields,
            Provider = await GetReferenceAsync(options?.Provider ?? options?.Parent?.GetProvider(token)).ConfigureAwait(false),
            Version = options?.Version ?? "",
            PluginDownloadURL = options?.PluginDownloadURL ?? "",
            AcceptResources = true,
            PackageRef = await ReferToAsync(package).ConfigureAwait(false),
        };
    }

    private async Task<ResourceInvokeResponse> SendInvokeAsync(ResourceInvokeRequest request)
    {
        var response = await _monitor.InvokeAsync(request).ConfigureAwait(false);
        RequireAccepted(request.Tok, response.Failures);
        return response;
    }

    private static void RequireAccepted(string token, RepeatedField<CheckFailure> failures)
    {
        if (failures.Count > 0)
        {
            throw new RunException(
                $"The function {token} refuses its arguments: "
                + string.Join("; ", failures.Select(failure => $"{failure.Reason} ({failure.Property})")));
        }
    }
}

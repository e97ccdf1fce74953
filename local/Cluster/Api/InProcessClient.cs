using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Scalelab.Cluster.Api.Http;
using Scalelab.Cluster.Api.Pods;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Api.Schema;
using Scalelab.Cluster.Store;

namespace Scalelab.Cluster.Api;

/// <inheritdoc cref="IApiClient"/>
internal sealed class InProcessClient(ResourceService service, string fieldManager) : IApiClient
{
    public IApiClient As(string fieldManager) => new InProcessClient(service, fieldManager);

    public Task<T> GetAsync<T>(string? namespaceName, string name, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        cancellationToken.ThrowIfCancellationRequested();
        var definition = Of<T>();
        return Task.FromResult(Read<T>(definition, service.Get(definition, namespaceName, name)));
    }

    public Task<ResourceList<T>> ListAsync<T>(string? namespaceName, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        cancellationToken.ThrowIfCancellationRequested();
        var definition = Of<T>();
        var state = service.Store.State;
        var items = state.List(ResourceService.StoreResource(definition), namespaceName).Select(item => Read<T>(definition, item)).ToList();
        return Task.FromResult(new ResourceList<T>(state.Revision.ToString(CultureInfo.InvariantCulture), items));
    }

    public async Task<T> CreateAsync<T>(T resource, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var definition = Of<T>();
        var outcome = await service.CreateAsync(definition, resource.Metadata?.NamespaceProperty, Write(definition, resource), Request(""), cancellationToken);
        return Read<T>(definition, outcome.Stored!);
    }

    public Task<T> UpdateAsync<T>(T resource, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> => UpdateAsync(resource, "", cancellationToken);

    public Task<T> UpdateStatusAsync<T>(T resource, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> => UpdateAsync(resource, "status", cancellationToken);

    public Task DeleteAsync<T>(string? namespaceName, string name, V1DeleteOptions? options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var request = new DeleteRequest
        {
            User = UserInfo.Internal,
            GracePeriodSeconds = options?.GracePeriodSeconds,
            PropagationPolicy = options?.PropagationPolicy,
            PreconditionUid = options?.Preconditions?.Uid,
            PreconditionResourceVersion = options?.Preconditions?.ResourceVersion,
        };
        return service.DeleteAsync(Of<T>(), namespaceName, name, request, cancellationToken);
    }

    public Task BindAsync(string namespaceName, string podName, string nodeName, CancellationToken cancellationToken) =>
        PodBinding.BindAsync(service, namespaceName, podName, nodeName, Request("binding"), cancellationToken);

    public Task<V1Scale> GetScaleAsync(string apiVersion, string kind, string namespaceName, string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(ToScale(ScaleSubresource.Get(service, Scaled(apiVersion, kind), namespaceName, name)));
    }

    public async Task<V1Scale> UpdateScaleAsync(string apiVersion, string kind, V1Scale scale, CancellationToken cancellationToken)
    {
        var wanted = (JsonObject)ModelJson.ToNode(scale);
        var written = await ScaleSubresource.UpdateAsync(
            service, Scaled(apiVersion, kind), scale.Metadata.NamespaceProperty, scale.Metadata.Name, _ => wanted, Request("scale"), cancellationToken);
        return ToScale(written);
    }

    public async IAsyncEnumerable<ResourceEvent<T>> WatchAsync<T>(string? namespaceName, string resourceVersion, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var definition = Of<T>();
        var revision = ResourceRequest.ParseRevision(resourceVersion, ApiErrors.BadRequest);
        var cursor = new StoreCursor(service.Store, ResourceService.StoreResource(definition), revision);
        while (true)
        {
            await cursor.WaitAsync(cancellationToken);
            while (Next(cursor) is { } change)
            {
                if (namespaceName is not null && change.Current.Key.Namespace != namespaceName)
                {
                    continue;
                }

                var type = change.Type switch
                {
                    StoreEventType.Created => WatchEventType.Added,
                    StoreEventType.Modified => WatchEventType.Modified,
                    _ => WatchEventType.Deleted,
                };
                yield return new ResourceEvent<T>(type, Read<T>(definition, change.Current));
            }
        }
    }

    private static StoreEvent? Next(StoreCursor cursor)
    {
        try
        {
            return cursor.TryRead(out var change) ? change : null;
        }
        catch (CompactedException compacted)
        {
            throw ApiErrors.Expired(compacted.Message);
        }
    }

    private async Task<T> UpdateAsync<T>(T resource, string subresource, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var definition = Of<T>();
        var value = Write(definition, resource);
        var (outcome, _) = await service.UpdateAsync(
            definition, resource.Metadata.NamespaceProperty, resource.Metadata.Name, _ => value.DeepClone().AsObject(), Request(subresource), cancellationToken);
        return outcome.Stored is { } stored ? Read<T>(definition, stored) : ModelJson.Read<T>(outcome.ToBytes().Span);
    }

    private WriteRequest Request(string subresource) =>
        new() { User = UserInfo.Internal, FieldManager = fieldManager, FieldValidation = FieldValidation.Ignore, Subresource = subresource };

    private ResourceDefinition Of<T>() => service.Catalog.Current.Of(typeof(T));

    private static V1Scale ToScale(JsonObject value) => ModelJson.Read<V1Scale>(value);

    private ResourceDefinition Scaled(string apiVersion, string kind)
    {
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        var (group, version) = (slash < 0 ? "" : apiVersion[..slash], apiVersion[(slash + 1)..]);
        var served = service.Catalog.Current.Definitions.Where(definition => definition.Group == group && definition.Kind == kind).ToList();
        var found = served.Find(definition => definition.Version == version) ?? served.FirstOrDefault() ?? throw ApiErrors.NoKindMatch(group, kind);
        return found.Scale is not null ? found : throw ApiErrors.NoSuchResource();
    }

    private static JsonObject Write<T>(ResourceDefinition definition, T resource)
    {
        var value = (JsonObject)ModelJson.ToNode(resource);
        var decoded = Defaulting.Decode(definition, value, FieldValidation.Ignore, [], []);

        // As upstream's controllers, which send protobuf: there an empty list is none.
        ObjectDecoder.WithoutEmpty(decoded, definition.Schema);
        return decoded;
    }

    private static T Read<T>(ResourceDefinition definition, StoredObject item)
    {
        var bytes = Answer.IsAsStored(definition, item) ? item.Json : ObjectJson.Serialize(ResourceService.Load(definition, item));
        return ModelJson.Read<T>(bytes.Span);
    }
}

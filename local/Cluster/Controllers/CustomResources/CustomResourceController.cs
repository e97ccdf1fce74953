using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Api.CustomResources;
using Scalelab.Cluster.Api.Kinds;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Store;

namespace Scalelab.Cluster.Controllers.CustomResources;

/// <summary>
/// The life of custom resource definitions: their names are accepted where no other definition of the group has them, their kinds are
/// served from then on, and before one goes its objects do.
/// </summary>
internal sealed class CustomResourceController(ResourceService service, ILogger logger) : StoreFollower(service, logger)
{
    private const string Resource = "apiextensions.k8s.io/customresourcedefinitions";
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private string _served = "";

    private static ResourceDefinition Definition => CustomResourceDefinitionDefinition.Instance;

    /// <summary>Replaces the custom kinds of the catalog by those that are accepted at present, where they changed.</summary>
    public void Serve()
    {
        var served = Definitions().Where(IsServed).ToList();
        var signature = string.Join(',', served.Select(resource => $"{resource.Metadata().Text("uid")}/{resource.Metadata().Number("generation")}/{resource.Struct("status", "acceptedNames")?.ToJsonString()}"));
        if (signature != _served)
        {
            _served = signature;
            Service.Catalog.SetCustom(served.SelectMany(CustomKinds.Of));
        }
    }

    protected override async Task FollowAsync(StoreState state, StoreCursor cursor, CancellationToken cancellationToken)
    {
        var changes = new StoreCursor(Service.Store, Resource, state.Revision);
        while (true)
        {
            var isWaiting = await ReconcileAsync(cancellationToken);
            await WaitAsync(changes, isWaiting, cancellationToken);
            while (changes.TryRead(out _))
            {
                // What changed does not matter: every definition is looked at.
            }
        }
    }

    /// <summary>Waits for a change; where objects of a deleted kind are still there, for a second at most.</summary>
    private async Task WaitAsync(StoreCursor cursor, bool isWaiting, CancellationToken cancellationToken)
    {
        if (!isWaiting)
        {
            await cursor.WaitAsync(cancellationToken);
            return;
        }

        using var pause = new CancellationTokenSource(Pause, Service.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(pause.Token, cancellationToken);
        try
        {
            await cursor.WaitAsync(linked.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Time to look again.
        }
    }

    /// <summary>Takes the next steps of every definition; says whether one waits for its objects to go.</summary>
    private async Task<bool> ReconcileAsync(CancellationToken cancellationToken)
    {
        var isWaiting = false;
        foreach (var resource in Definitions())
        {
            try
            {
                isWaiting |= resource.Metadata()["deletionTimestamp"] is null
                    ? await AcceptAsync(resource, cancellationToken)
                    : await EmptyAsync(resource, cancellationToken);
            }
            catch (ApiException error) when (error.Code is 404 or 409)
            {
                // It changed in between; the event of that change brings us back.
                Logger.LogDebug("The definition {Name} changed while it was looked after: {Problem}", resource.Name(), error.Message);
            }
        }

        Serve();
        return isWaiting;
    }

    private async Task<bool> AcceptAsync(JsonObject resource, CancellationToken cancellationToken)
    {
        var others = Definitions()
            .Where(other => other.Name() != resource.Name() && other.Object("spec").Text("group") == resource.Object("spec").Text("group"))
            .Select(other => other.Struct("status", "acceptedNames"));
        var now = ResourceService.Format(Service.Time.GetUtcNow());
        if (NameAcceptance.Apply(resource, [.. others.OfType<JsonObject>()], now))
        {
            resource = await WriteAsync(resource, cancellationToken);

            // Whoever sees the definition established may use its kind at once.
            Serve();
        }

        if (DefinitionConditions.IsTrue(resource, "NamesAccepted") && !DefinitionConditions.IsTrue(resource, "Established"))
        {
            DefinitionConditions.Set(resource, "Established", true, "InitialNamesAccepted", "the initial names have been accepted", now);
            await WriteAsync(resource, cancellationToken);
        }

        return false;
    }

    /// <summary>Deletes the objects of a deleted definition, and then lets it go; says whether objects are left.</summary>
    private async Task<bool> EmptyAsync(JsonObject resource, CancellationToken cancellationToken)
    {
        if (!MetadataRules.Strings(resource.Metadata().Array("finalizers")).Contains(CustomResourceDefinitionDefinition.CleanupFinalizer))
        {
            return false;
        }

        var now = ResourceService.Format(Service.Time.GetUtcNow());
        if (DefinitionConditions.Find(resource, "Terminating").Text("reason") == "InstanceDeletionPending")
        {
            DefinitionConditions.Set(resource, "Terminating", true, "InstanceDeletionInProgress", "CustomResource deletion is in progress", now);
            resource = await WriteAsync(resource, cancellationToken);
        }

        var kind = CustomKinds.Of(resource).FirstOrDefault();
        var stored = kind is null ? [] : Service.Store.Latest.List(ResourceService.StoreResource(kind)).ToList();
        foreach (var item in stored)
        {
            await DeleteAsync(kind!, item, cancellationToken);
        }

        if (kind is not null && Service.Store.Latest.List(ResourceService.StoreResource(kind)).Any())
        {
            return true;
        }

        await Service.UpdateAsync(
            Definition,
            null,
            resource.Name(),
            live =>
            {
                var value = live ?? throw ApiErrors.NotFound(Definition, resource.Name());
                DefinitionConditions.Set(value, "Terminating", false, "InstanceDeletionCompleted", "removed all instances", now);
                var left = MetadataRules.Strings(value.Metadata().Array("finalizers")).Where(name => name != CustomResourceDefinitionDefinition.CleanupFinalizer).Select(name => (JsonNode)name).ToArray();
                value.Metadata().Put("finalizers", left.Length == 0 ? null : new JsonArray(left));
                return value;
            },
            Request("finalize"),
            cancellationToken);
        return false;
    }

    private async Task DeleteAsync(ResourceDefinition kind, StoredObject item, CancellationToken cancellationToken)
    {
        try
        {
            await Service.DeleteAsync(kind, item.Key.Namespace, item.Key.Name, new DeleteRequest { User = UserInfo.Internal }, cancellationToken);
        }
        catch (ApiException error) when (error.Code == 404)
        {
            // Gone already.
        }
    }

    private async Task<JsonObject> WriteAsync(JsonObject resource, CancellationToken cancellationToken)
    {
        var (outcome, _) = await Service.UpdateAsync(Definition, null, resource.Name(), _ => resource.DeepClone().AsObject(), Request("status"), cancellationToken);
        return outcome.ToJson();
    }

    private static bool IsServed(JsonObject resource) => DefinitionConditions.IsTrue(resource, "NamesAccepted") || DefinitionConditions.IsTrue(resource, "Established");

    private List<JsonObject> Definitions() => Service.Store.Latest.List(Resource).Select(ObjectJson.Parse).ToList();

    private static WriteRequest Request(string subresource) => new() { User = UserInfo.Internal, FieldManager = "kube-apiserver", Subresource = subresource };
}

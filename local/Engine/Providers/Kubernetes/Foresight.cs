using System.Net;
using System.Text.Json.Nodes;
using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Kubernetes;

/// <summary>Asks the server for what would come of an operation: a dry run, by the very request that would be made.</summary>
/// <remarks>
/// Where the server cannot be asked, because it does not answer, does not know the kind yet or lacks the namespace, or because inputs are
/// not known yet, nothing is foretold, and the inputs have to speak for themselves.
/// </remarks>
internal sealed class Foresight(KubeCluster cluster, KubeObjects objects)
{
    /// <param name="Live">The object as it is.</param>
    /// <param name="Object">The object as it would be; null when the server refuses the change.</param>
    /// <param name="Immutable">The fields that it refuses to change.</param>
    internal sealed record Change(JsonObject Live, JsonObject? Object, IReadOnlyList<PropertyPath> Immutable);

    /// <summary>What applying new inputs to an object would do; null when that cannot be foretold.</summary>
    public async Task<Change?> ChangeAsync(Urn urn, string id, PropertyMap inputs, IReadOnlyList<PropertyPath> ignored, string manager, CancellationToken cancellationToken)
    {
        var (apiVersion, kind) = Declared.KindOf(urn, inputs);
        if (inputs.ContainsUnknowns || await cluster.FindKindAsync(apiVersion, kind, cancellationToken) is not { } resource)
        {
            return null;
        }

        var path = objects.PathOf(apiVersion, resource, id);
        if (await KubeErrors.GuardAsync(() => cluster.Connection.FindAsync(path, cancellationToken)) is not { } live)
        {
            return null;
        }

        // What a former manager owns, the update takes over first, and what the program drops of it goes then; a dry run would leave it.
        if (FormerManagers.Own(live) && !Declared.IsPatch(urn, kind))
        {
            return null;
        }

        try
        {
            var body = KubeObjects.Yield(inputs, live, ignored, manager);
            return new Change(live, await objects.ApplyAsync(path, body, manager, isDryRun: true, cancellationToken), []);
        }
        catch (KubeStatusException refusal)
        {
            // Only what cannot be changed matters to a comparison; any other refusal is told when the update is tried, or previewed.
            return new Change(live, null, [.. KubeErrors.ImmutableFieldsOf(refusal).Select(Path).OfType<PropertyPath>()]);
        }
        catch (KubeUnreachableException)
        {
            return null;
        }
    }

    /// <summary>The object that applying the inputs to an existing one would lead to; null when that cannot be foretold.</summary>
    /// <exception cref="ProviderException">The server would refuse it.</exception>
    public async Task<JsonObject?> UpdateAsync(UpdateRequest request, string manager, CancellationToken cancellationToken)
    {
        var (apiVersion, kind) = Declared.KindOf(request.Urn, request.NewInputs);
        if (request.NewInputs.ContainsUnknowns || await cluster.FindKindAsync(apiVersion, kind, cancellationToken) is not { } resource)
        {
            return null;
        }

        var path = objects.PathOf(apiVersion, resource, request.Id);
        return await AskAsync(() => objects.UpdateAsync(request.Urn, path, request.NewInputs, request.IgnoreChanges, manager, isDryRun: true, cancellationToken));
    }

    /// <summary>The object that creating it would lead to; null when that cannot be foretold, or when it exists, for then it is to be replaced.</summary>
    /// <exception cref="ProviderException">The server would refuse it.</exception>
    public async Task<JsonObject?> CreationAsync(Urn urn, PropertyMap inputs, string manager, CancellationToken cancellationToken)
    {
        var (apiVersion, kind) = Declared.KindOf(urn, inputs);
        if (inputs.ContainsUnknowns || Declared.IsPatch(urn, kind) || await cluster.FindKindAsync(apiVersion, kind, cancellationToken) is not { } resource)
        {
            return null;
        }

        var (path, _) = await objects.LocateAsync(urn, inputs, cancellationToken);
        var collection = path[..path.LastIndexOf('/')];
        return await AskAsync(() => cluster.Connection.CreateAsync($"{collection}?fieldManager={Uri.EscapeDataString(manager)}&dryRun=All", PlainJson.ToJson(inputs), cancellationToken));
    }

    // A refusal that the operation itself would not meet says nothing: no right to ask, no namespace yet, an object that goes first.
    private static async Task<JsonObject?> AskAsync(Func<Task<JsonObject>> ask)
    {
        try
        {
            return await ask();
        }
        catch (KubeStatusException e) when (
            e.Code is HttpStatusCode.Forbidden or HttpStatusCode.NotFound
            || e.Reason == "AlreadyExists"
            || (e.Code == HttpStatusCode.BadRequest && e.Message.Contains("dry run", StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }
        catch (Exception e) when (e is KubeStatusException or KubeUnreachableException)
        {
            throw KubeErrors.Explain(e);
        }
    }

    // The server writes paths as Pulumi does, but for keys with dots; one that cannot be read is of no use.
    private static PropertyPath? Path(string field)
    {
        try
        {
            return PropertyPath.Parse(field);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

using System.Globalization;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Selectors;
using Scalelab.Cluster.Store;

namespace Scalelab.Cluster.Api.Http;

/// <summary>Lists, whole or in pages, and the start of watches.</summary>
internal static class ListHandler
{
    private const string ExpiredContinue =
        "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this "
        + "response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted "
        + "between the time the first chunk was returned and now may show up in the list.";

    public static async Task HandleAsync(ResourceRequest request)
    {
        var definition = request.Definition;
        var options = ListOptions.Parse(request.Http.Request.Query, request.Path.Watch);
        var fields = FieldSelector.Parse(request.Path.Name.Length > 0 ? "metadata.name=" + request.Path.Name : options.FieldSelector, definition);
        var filter = new ResourceFilter(definition, request.Path.Namespace, LabelSelector.Parse(options.LabelSelector), fields);
        var media = MediaType.Negotiate(request.Http.Request, watchable: true, shapes: true);
        if (options.Watch)
        {
            await WatchAsync(request, options, filter, media);
            return;
        }

        var (items, metadata) = await ReadAsync(request, options, filter);
        await Answer.ListAsync(request.Http, definition, items, metadata, media, request.Now);
    }

    /// <summary>The objects that a collection's filter and options select.</summary>
    public static async Task<(List<StoredObject> Items, JsonObject Metadata)> ReadAsync(ResourceRequest request, ListOptions options, ResourceFilter filter)
    {
        var (state, after) = await StateForAsync(request, options);
        var items = new List<StoredObject>();
        var metadata = new JsonObject { ["resourceVersion"] = state.Revision.ToString(CultureInfo.InvariantCulture) };

        // Whoever takes any revision is served from memory, whole.
        var limit = options.ResourceVersion == "0" ? 0 : options.Limit;
        foreach (var item in filter.List(state, after))
        {
            items.Add(item);
            if (limit > 0 && items.Count == limit)
            {
                AddContinuation(metadata, state, filter, new ObjectName(item.Key.Namespace, item.Key.Name));
                break;
            }
        }

        return (items, metadata);
    }

    /// <summary>Whatever comes after the last object of a page is worth another page, matching or not: to know would mean to look.</summary>
    private static void AddContinuation(JsonObject metadata, StoreState state, ResourceFilter filter, ObjectName last)
    {
        var left = filter.CountAfter(state, last);
        if (left == 0)
        {
            return;
        }

        metadata["continue"] = new ContinueToken(state.Revision, last).In(filter.Namespace);
        if (filter.MatchesEverything)
        {
            metadata["remainingItemCount"] = left;
        }
    }

    private static async Task<(StoreState State, ObjectName? After)> StateForAsync(ResourceRequest request, ListOptions options)
    {
        var store = request.Service.Store;
        if (options.Continue.Length > 0)
        {
            var token = ContinueToken.Parse(options.Continue, request.Path.Namespace);
            if (options.ResourceVersion.Length > 0 && options.ResourceVersion != "0")
            {
                throw ApiErrors.BadRequest("specifying resource version is not allowed when using continue");
            }

            try
            {
                return (token.Revision < 0 ? store.State : store.StateAt(token.Revision), token.After);
            }
            catch (CompactedException)
            {
                var error = ApiErrors.Expired(ExpiredContinue);
                throw new ApiException(error.Status) { ContinueToken = (token with { Revision = -1 }).In(request.Path.Namespace) };
            }
        }

        var revision = await request.WaitForRevisionAsync(options.ResourceVersion, isList: true);

        // With a limit and a version but no match rule the version means exactly that, for the sake of old clients.
        var exact = options.ResourceVersionMatch == ListOptions.Exact || (options is { ResourceVersionMatch: "", Limit: > 0 } && revision > 0);
        if (!exact)
        {
            return (store.State, null);
        }

        try
        {
            return (store.StateAt(revision), null);
        }
        catch (CompactedException)
        {
            throw ApiErrors.Expired("The resourceVersion for the provided list is too old.");
        }
    }

    private static async Task WatchAsync(ResourceRequest request, ListOptions options, ResourceFilter filter, MediaType media)
    {
        if (media.IsYaml)
        {
            throw ApiErrors.NotAcceptable("application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch");
        }

        var revision = ResourceRequest.ParseRevision(options.ResourceVersion, ApiErrors.Plain);
        await new ResourceWatch(request, filter, options, media).RunAsync(revision);
    }
}

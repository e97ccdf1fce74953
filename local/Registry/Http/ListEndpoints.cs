using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Scalelab.Registry.Content;
using Scalelab.Registry.Storage;

namespace Scalelab.Registry.Http;

/// <summary>The lists of repositories and tags, in pages on request (<c>n</c>, <c>last</c>).</summary>
internal sealed class ListEndpoints(RepositoryStore repositories)
{
    public IResult Catalog(HttpContext context)
    {
        var page = Page(context, repositories.Names());
        return RegistryResults.Json(new JsonObject { ["repositories"] = page });
    }

    public IResult Tags(HttpContext context, RepositoryName repository)
    {
        if (!repositories.Exists(repository))
        {
            throw new RegistryException(ErrorCode.NameUnknown, $"there is no repository {repository}");
        }

        var page = Page(context, repositories.Tags(repository));
        return RegistryResults.Json(new JsonObject { ["name"] = repository.Value, ["tags"] = page });
    }

    private static JsonArray Page(HttpContext context, IReadOnlyList<string> all)
    {
        var last = context.Request.Query["last"].ToString();
        var rest = last.Length == 0 ? all : [.. all.Where(entry => RepositoryStore.ListOrder.Compare(entry, last) > 0)];
        var size = Size(context.Request.Query["n"].ToString()) ?? rest.Count;
        var page = rest.Take(size).ToList();
        if (page.Count > 0 && page.Count < rest.Count)
        {
            context.Response.Headers.Link = $"<{context.Request.Path}?n={size}&last={Uri.EscapeDataString(page[^1])}>; rel=\"next\"";
        }

        return new JsonArray([.. page.Select(entry => (JsonNode)entry)]);
    }

    private static int? Size(string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            ? size
            : throw new RegistryException(ErrorCode.PaginationNumberInvalid, $"n must be a whole number from 0, not '{text}'");
    }
}

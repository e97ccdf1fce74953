using System.Net;
using System.Text;
using Scalelab.ModelServer.Models.Registry;

namespace Scalelab.ModelServer.Endpoints;

/// <summary><c>GET /</c>: the page to try pictures on, one file that needs nothing but this server.</summary>
internal static class PageEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var model = routes.ServiceProvider.GetRequiredService<Loading<DefaultModel>>();
        var page = new Lazy<SecurePage>(() => Page(model.Result));
        routes.MapGet("/", context => page.Value.SendAsync(context));
    }

    private static SecurePage Page(DefaultModel model) => new(Encoding.UTF8.GetString(Resources.Read("page.html"))
        .Replace("{{model}}", WebUtility.HtmlEncode(model.Description?.Name ?? model.Name), StringComparison.Ordinal)
        .Replace(
            "{{about}}",
            WebUtility.HtmlEncode(model.Description is { } description ? description.About : "This model takes tensors, not pictures: /docs says how to ask it."),
            StringComparison.Ordinal));
}

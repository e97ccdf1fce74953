using System.Net;
using System.Text;
using Scalelab.ModelServer.Inference;

namespace Scalelab.ModelServer.Endpoints;

/// <summary><c>GET /</c>: the page to try pictures on, one file that needs nothing but this server.</summary>
internal static class PageEndpoint
{
    public static void Map(IEndpointRouteBuilder routes, string name, ModelDescription? model)
    {
        var page = new SecurePage(Encoding.UTF8.GetString(Resources.Read("page.html"))
            .Replace("{{model}}", WebUtility.HtmlEncode(model?.Name ?? name), StringComparison.Ordinal)
            .Replace("{{about}}", WebUtility.HtmlEncode(model is null ? "This model takes tensors, not pictures: /docs says how to ask it." : model.About), StringComparison.Ordinal));
        routes.MapGet("/", page.SendAsync);
    }
}

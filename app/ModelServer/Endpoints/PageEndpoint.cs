using System.Net;
using System.Security.Cryptography;
using System.Text;
using Scalelab.ModelServer.Inference;

namespace Scalelab.ModelServer.Endpoints;

/// <summary><c>GET /</c>: the page, one file that needs nothing but this server.</summary>
internal static class PageEndpoint
{
    public static void MapPage(this IEndpointRouteBuilder routes, ModelDescription model)
    {
        var html = Encoding.UTF8.GetString(Resources.Read("page.html"))
            .Replace("{{model}}", WebUtility.HtmlEncode(model.Name), StringComparison.Ordinal)
            .Replace("{{about}}", WebUtility.HtmlEncode(model.About), StringComparison.Ordinal);
        // Only what the file itself holds may run or style; pictures are shown from memory, and requests go to this server only.
        var policy = $"default-src 'none'; img-src blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
            + $"script-src '{Hash(html, "script")}'; style-src '{Hash(html, "style")}'";
        routes.MapGet("/", (HttpContext context) =>
        {
            context.Response.Headers.ContentSecurityPolicy = policy;
            context.Response.Headers.XContentTypeOptions = "nosniff";
            return TypedResults.Text(html, "text/html", Encoding.UTF8);
        });
    }

    private static string Hash(string html, string element)
    {
        var start = html.IndexOf($"<{element}>", StringComparison.Ordinal) + element.Length + 2;
        var end = html.IndexOf($"</{element}>", start, StringComparison.Ordinal);
        return $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(html[start..end])))}";
    }
}

using System.Text;

namespace Scalelab.ModelServer.Endpoints;

/// <summary><c>GET /openapi.json</c> and <c>/docs</c>: what can be asked of this server, for programs and for people.</summary>
internal static class DocsEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var document = new Lazy<byte[]>(() => Resources.Read("openapi.json"));
        var page = new Lazy<SecurePage>(() => new SecurePage(Encoding.UTF8.GetString(Resources.Read("docs.html"))));
        routes.MapGet("/openapi.json", async context =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync(document.Value, context.RequestAborted);
        });
        routes.MapGet("/docs", context => page.Value.SendAsync(context));
    }
}

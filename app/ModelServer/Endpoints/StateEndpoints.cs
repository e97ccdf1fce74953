using System.Text;

namespace Scalelab.ModelServer.Endpoints;

/// <summary><c>GET /hello</c>, <c>/healthz</c> and <c>/readyz</c>: who answers, whether it lives, whether it takes requests.</summary>
internal static class StateEndpoints
{
    public static void MapState(this IEndpointRouteBuilder routes)
    {
        var hello = Encoding.UTF8.GetBytes($"hello user from {routes.ServiceProvider.GetRequiredService<PodIdentity>().Name}");
        var ok = "ok"u8.ToArray();
        var readiness = routes.ServiceProvider.GetRequiredService<Readiness>();
        routes.MapGet("/hello", context => WriteAsync(context, hello));
        routes.MapGet("/healthz", context => WriteAsync(context, ok));
        routes.MapGet("/readyz", context => readiness.IsReady
            ? WriteAsync(context, ok)
            : Errors.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, new ErrorBody("The server is stopping.", "Ask another replica.")));
    }

    private static Task WriteAsync(HttpContext context, byte[] text)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = text.Length;
        return context.Response.Body.WriteAsync(text, context.RequestAborted).AsTask();
    }
}

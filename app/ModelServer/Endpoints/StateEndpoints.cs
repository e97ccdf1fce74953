namespace Scalelab.ModelServer.Endpoints;

/// <summary><c>GET /hello</c>, <c>/healthz</c> and <c>/readyz</c>: who answers, whether it lives, whether it takes requests.</summary>
internal static class StateEndpoints
{
    public static void MapState(this IEndpointRouteBuilder routes)
    {
        var hello = $"hello user from {routes.ServiceProvider.GetRequiredService<PodIdentity>().Name}";
        var readiness = routes.ServiceProvider.GetRequiredService<Readiness>();
        routes.MapGet("/hello", context => WriteAsync(context, hello));
        routes.MapGet("/healthz", context => WriteAsync(context, "ok"));
        routes.MapGet("/readyz", context => readiness.IsReady
            ? WriteAsync(context, "ok")
            : Errors.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, new ErrorBody("The server is stopping.", "Ask another replica.")));
    }

    private static Task WriteAsync(HttpContext context, string text)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}

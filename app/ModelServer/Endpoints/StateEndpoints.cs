namespace Scalelab.ModelServer.Endpoints;

/// <summary><c>GET /hello</c>, <c>/healthz</c> and <c>/readyz</c>: who answers, whether it lives, whether it takes requests.</summary>
internal static class StateEndpoints
{
    public static void MapState(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/hello", (PodIdentity pod) => $"hello user from {pod.Name}");
        routes.MapGet("/healthz", () => "ok");
        routes.MapGet("/readyz", (HttpContext context, Readiness readiness) =>
        {
            if (readiness.IsReady)
            {
                return context.Response.WriteAsync("ok", context.RequestAborted);
            }
            return Errors.WriteAsync(
                context, StatusCodes.Status503ServiceUnavailable, new ErrorBody("The server is stopping.", "Ask another replica."));
        });
    }
}

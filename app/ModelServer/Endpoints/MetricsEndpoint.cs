using Scalelab.ModelServer.Metrics;

namespace Scalelab.ModelServer.Endpoints;

/// <summary><c>GET /metrics</c>: what the server measures, for Prometheus.</summary>
internal static class MetricsEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var prometheus = routes.ServiceProvider.GetRequiredService<Prometheus>();
        routes.MapGet("/metrics", context =>
        {
            context.Response.ContentType = Prometheus.ContentType;
            return context.Response.WriteAsync(prometheus.Write(), context.RequestAborted);
        });
    }
}

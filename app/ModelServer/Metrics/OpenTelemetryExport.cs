using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Scalelab.ModelServer.Metrics;

/// <summary>
/// Sends the metrics to a collector where OpenTelemetry's own variables name one (OTEL_EXPORTER_OTLP_ENDPOINT and its siblings); nothing is
/// loaded where they do not.
/// </summary>
internal sealed class OpenTelemetryExport(IConfiguration configuration, PodIdentity pod) : IHostedService
{
    private static readonly string[] Endpoints = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"];

    private MeterProvider? _provider;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (Endpoints.Any(key => Setting.Text(configuration, key) is not null))
        {
            _provider = Start();
        }
        return Task.CompletedTask;
    }

    /// <summary>Sends what has not been sent, and ends.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _provider?.Dispose();
        return Task.CompletedTask;
    }

    private MeterProvider Start() => Sdk.CreateMeterProviderBuilder()
        .ConfigureResource(resource =>
        {
            if (Setting.Text(configuration, "OTEL_SERVICE_NAME") is null)
            {
                resource.AddService("model-server", serviceInstanceId: pod.Name);
            }
            resource.AddAttributes([new KeyValuePair<string, object>("k8s.pod.name", pod.Name)]);
        })
        .AddMeter(ServerMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "System.Runtime")
        .AddOtlpExporter()
        .Build();
}

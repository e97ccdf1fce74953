using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Pulumirpc;
using Scalelab.Engine.Programs;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Updates;

namespace Scalelab.Engine.Tests.Support;

/// <summary>Plays the program: talks to the engine over gRPC, as an SDK does.</summary>
internal sealed class TestProgram(Func<ProgramClient, Task> main) : IProgramRunner
{
    public async Task RunAsync(UpdateOptions options, ResolvedConfig config, bool preview, Registrar registrar, UpdateControl control, EventStream events)
    {
        var connection = new ProgramConnection(TimeProvider.System);
        using var monitor = new MonitorService(registrar, connection);
        await using var server = new ProgramServer();
        await server.StartAsync(monitor, new EngineService(control, events, connection), CancellationToken.None);
        using var channel = GrpcChannel.ForAddress($"http://{server.Address}");
        try
        {
            await main(new ProgramClient(channel, options, config, preview));
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable)
        {
            // What a real program does when the engine cuts it off: it ends.
        }
        catch (InvalidOperationException e)
        {
            events.Error(e.Message);
            control.Abort();
        }

        await control.IdleAsync();
    }
}

/// <summary>What a test's program can do.</summary>
internal sealed class ProgramClient(GrpcChannel channel, UpdateOptions options, ResolvedConfig config, bool preview)
{
    public ResourceMonitor.ResourceMonitorClient Monitor { get; } = new(channel);

    public Pulumirpc.Engine.EngineClient Engine { get; } = new(channel);

    public ResolvedConfig Config => config;

    public bool Preview => preview;

    public async Task<string> StackAsync() => (await Monitor.RegisterResourceAsync(new RegisterResourceRequest
    {
        Type = Urn.StackType,
        Name = $"{options.Project.Name}-{options.Stack}",
        AcceptSecrets = true,
    })).Urn;

    public async Task<RegisterResourceResponse> RegisterAsync(
        string name,
        PropertyMap? inputs = null,
        string type = "fake:index:Thing",
        string[]? dependsOn = null,
        Action<RegisterResourceRequest>? options = null)
    {
        var request = new RegisterResourceRequest
        {
            Type = type,
            Name = name,
            Custom = true,
            AcceptSecrets = true,
            AcceptResources = true,
            SupportsPartialValues = true,
            Object = WireFormat.Write(inputs ?? PropertyMap.Empty, keepSecrets: true),
            Dependencies = { dependsOn ?? [] },
        };
        foreach (var key in inputs?.Keys ?? [])
        {
            request.PropertyDependencies[key] = new RegisterResourceRequest.Types.PropertyDependencies();
        }

        options?.Invoke(request);
        return await Monitor.RegisterResourceAsync(request);
    }

    public async Task OutputsAsync(string urn, PropertyMap outputs) =>
        await Monitor.RegisterResourceOutputsAsync(new RegisterResourceOutputsRequest { Urn = urn, Outputs = WireFormat.Write(outputs, keepSecrets: true) });

    /// <summary>How a resource names its provider. One that a preview would create has no id yet.</summary>
    public static string Reference(RegisterResourceResponse provider) => $"{provider.Urn}::{(provider.Id.Length > 0 ? provider.Id : "04da6b54-80e4-46f7-96ec-b56ff0331ba9")}";

    public static PropertyMap Read(Struct fields) => WireFormat.Read(fields);
}

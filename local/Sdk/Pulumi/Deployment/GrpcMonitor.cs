using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Pulumirpc;

namespace Pulumi;

/// <summary>The engine's ResourceMonitor. Calls last as long as the engine takes, or until it is gone.</summary>
internal sealed class GrpcMonitor(string address) : IMonitor
{
    private readonly ResourceMonitor.ResourceMonitorClient _client = new(GrpcConnection.To(address));

    public bool IsMock => false;

    public async Task<bool> SupportsFeatureAsync(string feature)
        => (await _client.SupportsFeatureAsync(new SupportsFeatureRequest { Id = feature }).ConfigureAwait(false)).HasSupport;

    public async Task<RegisterResourceResponse> RegisterResourceAsync(Resource resource, RegisterResourceRequest request)
        => await _client.RegisterResourceAsync(request).ConfigureAwait(false);

    public async Task<ReadResourceResponse> ReadResourceAsync(Resource resource, ReadResourceRequest request)
        => await _client.ReadResourceAsync(request).ConfigureAwait(false);

    public async Task RegisterResourceOutputsAsync(RegisterResourceOutputsRequest request)
        => await _client.RegisterResourceOutputsAsync(request).ConfigureAwait(false);

    public async Task<ResourceInvokeResponse> InvokeAsync(ResourceInvokeRequest request)
        => await _client.InvokeAsync(request).ConfigureAwait(false);

    public async Task<CallResponse> CallAsync(ResourceCallRequest request)
    {
        try
        {
            return await _client.CallAsync(request).ConfigureAwait(false);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unimplemented)
        {
            throw new RunException($"The engine cannot call '{request.Tok}': it knows no methods of components. Use the Pulumi CLI's engine.", e);
        }
    }

    public async Task<string> RegisterPackageAsync(Pulumirpc.RegisterPackageRequest request)
        => (await _client.RegisterPackageAsync(request).ConfigureAwait(false)).Ref;

    public async Task SignalAndWaitForShutdownAsync()
    {
        try
        {
            await _client.SignalAndWaitForShutdownAsync(new Empty()).ConfigureAwait(false);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unimplemented)
        {
            // Engines before version 3.175 end a program's life by its exit.
        }
    }
}

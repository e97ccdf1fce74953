using Pulumirpc;

namespace Pulumi;

/// <summary>Where resources are registered: the engine, or a test's mocks.</summary>
internal interface IMonitor
{
    /// <summary>Whether mocks answer. Like the official ones they see resources as declared: transforms and hooks are accepted without effect.</summary>
    bool IsMock { get; }

    Task<bool> SupportsFeatureAsync(string feature);

    Task<RegisterResourceResponse> RegisterResourceAsync(Resource resource, RegisterResourceRequest request);

    Task<ReadResourceResponse> ReadResourceAsync(Resource resource, ReadResourceRequest request);

    Task RegisterResourceOutputsAsync(RegisterResourceOutputsRequest request);

    Task<ResourceInvokeResponse> InvokeAsync(ResourceInvokeRequest request);

    Task<CallResponse> CallAsync(ResourceCallRequest request);

    /// <summary>The name by which requests refer to the package.</summary>
    Task<string> RegisterPackageAsync(Pulumirpc.RegisterPackageRequest request);

    Task SignalAndWaitForShutdownAsync();
}

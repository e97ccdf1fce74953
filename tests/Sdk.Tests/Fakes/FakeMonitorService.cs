using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Pulumirpc;

namespace Scalelab.Sdk.Tests.Fakes;

internal sealed class FakeMonitorService(FakeEngine.Holder holder) : ResourceMonitor.ResourceMonitorBase
{
    private readonly FakeEngine _engine = holder.Engine;

    public override Task<SupportsFeatureResponse> SupportsFeature(SupportsFeatureRequest request, ServerCallContext context)
        => Task.FromResult(new SupportsFeatureResponse { HasSupport = _engine.Features.Contains(request.Id) });

    public override Task<RegisterResourceResponse> RegisterResource(RegisterResourceRequest request, ServerCallContext context)
        => Task.FromResult(_engine.Register(request));

    public override Task<Empty> RegisterResourceOutputs(RegisterResourceOutputsRequest request, ServerCallContext context)
    {
        _engine.Outputs.Enqueue(request);
        return Task.FromResult(new Empty());
    }

    public override Task<ReadResourceResponse> ReadResource(ReadResourceRequest request, ServerCallContext context)
    {
        _engine.Reads.Enqueue(request);
        var urn = FakeEngine.UrnOf(request.Type, request.Name);
        return Task.FromResult(new ReadResourceResponse { Urn = urn, Properties = _engine.AnswerRead(request) });
    }

    public override Task<ResourceInvokeResponse> Invoke(ResourceInvokeRequest request, ServerCallContext context)
    {
        _engine.Invokes.Enqueue(request);
        return Task.FromResult(_engine.AnswerInvoke(request));
    }

    public override Task<Empty> SignalAndWaitForShutdown(Empty request, ServerCallContext context)
    {
        _engine.Signal();
        return _engine.ImplementsShutdown ? Task.FromResult(new Empty()) : throw new RpcException(new Status(StatusCode.Unimplemented, ""));
    }
}

using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Pulumirpc;

namespace Scalelab.Sdk.Tests.Fakes;

internal sealed class FakeEngineService(FakeEngine.Holder holder) : Engine.EngineBase
{
    public override Task<Empty> Log(LogRequest request, ServerCallContext context)
    {
        if (request.Severity != LogSeverity.Debug)
        {
            holder.Engine.Logs.Enqueue(request);
        }

        return Task.FromResult(new Empty());
    }
}

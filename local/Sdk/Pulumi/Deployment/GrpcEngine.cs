using Grpc.Core;
using Pulumirpc;

namespace Pulumi;

/// <summary>The engine's own service.</summary>
internal sealed class GrpcEngine(string address) : IEngine
{
    private readonly Engine.EngineClient _client = new(GrpcConnection.To(address));

    public async Task LogAsync(LogRequest request)
        => await _client.LogAsync(request).ConfigureAwait(false);

    public async Task RequirePulumiVersionAsync(string range)
    {
        try
        {
            await _client.RequirePulumiVersionAsync(new RequirePulumiVersionRequest { PulumiVersionRange = range }).ConfigureAwait(false);
        }
        catch (RpcException e)
        {
            throw new RunException(
                e.StatusCode == StatusCode.Unimplemented
                    ? $"The program requires engine version '{range}', but the engine is too old to tell its version; update it."
                    : e.Status.Detail,
                e);
        }
    }
}

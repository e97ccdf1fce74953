using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client;

namespace Pulumi;

/// <summary>Channels to the engine: one an address, kept while the process lives.</summary>
internal static class GrpcConnection
{
    // The state of a large stack, or an asset given as text, exceeds gRPC's default of 4 MB. The CLI has the same limit.
    private const int MaxMessageSize = 400 * 1024 * 1024;

    private static readonly ConcurrentDictionary<string, GrpcChannel> Channels = new();

    public static GrpcChannel To(string address)
        => Channels.GetOrAdd(address, static target => GrpcChannel.ForAddress($"http://{target}", new GrpcChannelOptions
        {
            Credentials = ChannelCredentials.Insecure,
            MaxReceiveMessageSize = MaxMessageSize,
            MaxSendMessageSize = MaxMessageSize,

            // The engine is on this machine: a proxy meant for the internet must not get between.
            HttpHandler = new SocketsHttpHandler { UseProxy = false, EnableMultipleHttp2Connections = true },
        }));
}

using System.Collections.Concurrent;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Pulumirpc;

namespace Scalelab.Engine.Programs;

/// <summary>Calls functions of the program, which serves them itself on an address that it names.</summary>
internal sealed class CallbackClient : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<GrpcChannel>> _channels = [];

    /// <summary>Calls a function.</summary>
    /// <param name="callback">Which one.</param>
    /// <param name="request">Its arguments.</param>
    /// <param name="parser">Reads its result.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="EngineException">The function failed, or nobody serves it.</exception>
    public async Task<TResponse> InvokeAsync<TResponse>(Callback callback, IMessage request, MessageParser<TResponse> parser, CancellationToken cancellationToken)
        where TResponse : IMessage<TResponse>
    {
        var channel = _channels.GetOrAdd(callback.Target, target => new Lazy<GrpcChannel>(() => Connect(target))).Value;
        try
        {
            var response = await new Pulumirpc.Callbacks.CallbacksClient(channel).InvokeAsync(
                new CallbackInvokeRequest { Token = callback.Token, Request = request.ToByteString() },
                cancellationToken: cancellationToken);
            return parser.ParseFrom(response.Response);
        }
        catch (RpcException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EngineException($"A function of the program that the engine called back failed: {e.Status.Detail}", e);
        }
    }

    /// <exception cref="EngineException">The callback names no address, or one that is not on this machine.</exception>
    public static Callback Check(Callback callback) =>
        Uri.TryCreate($"http://{callback.Target}", UriKind.Absolute, out var address) && address.IsLoopback
            ? callback
            : throw new EngineException($"The program offered a function at '{callback.Target}'. A program and its engine run on one machine: it must be served on a loopback address.");

    public void Dispose()
    {
        foreach (var channel in _channels.Values)
        {
            channel.Value.Dispose();
        }
    }

    private static GrpcChannel Connect(string target) => GrpcChannel.ForAddress($"http://{target}", new GrpcChannelOptions
    {
        MaxReceiveMessageSize = ProgramServer.MaxMessageSize,
        MaxSendMessageSize = ProgramServer.MaxMessageSize,
    });
}

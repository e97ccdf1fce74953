using System.Buffers;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Node;

namespace Scalelab.Cluster.Api.Pods;

/// <summary>
/// A command's streams over one WebSocket: the first byte of each message names the stream, as the subprotocols of k8s.io/apimachinery's
/// <c>remotecommand</c> have it.
/// </summary>
internal sealed class ChannelSocket(WebSocket socket, INodeCommand command, TimeProvider time) : IDisposable
{
    /// <summary>The one with a signal for the end of the input first.</summary>
    public static readonly string[] Protocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

    private const byte InputChannel = 0;
    private const byte OutputChannel = 1;
    private const byte ErrorsChannel = 2;
    private const byte StatusChannel = 3;
    private const byte ResizeChannel = 4;
    private const byte CloseChannel = 255;
    private const int BufferSize = 32 * 1024;

    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(5);

    private readonly ChannelWriter _channels = new(socket);

    /// <summary>Returns when the command has ended and the client knows how, or when the client has gone.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        var receiving = ReceiveAsync(gone);
        try
        {
            await Task.WhenAll(CopyAsync(command.Output, OutputChannel, gone.Token), CopyAsync(command.Errors, ErrorsChannel, gone.Token));
            var exit = await command.Exited.WaitAsync(gone.Token);
            await _channels.SendAsync((byte[])[StatusChannel, .. JsonSerializer.SerializeToUtf8Bytes(Status(exit))], gone.Token);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, gone.Token);

            // A receive that is cancelled hangs up, and what was sent last would be lost: the client is to say that it has seen the end.
            patience.CancelAfter(ClosePatience);
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException)
        {
            // The client has gone; the caller ends the command.
            await gone.CancelAsync();
        }

        await receiving;
    }

    public void Dispose() => _channels.Dispose();

    private static JsonObject Status(int exit) => exit == 0
        ? new JsonObject { ["metadata"] = new JsonObject(), ["status"] = "Success" }
        : new JsonObject
        {
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = string.Create(CultureInfo.InvariantCulture, $"command terminated with non-zero exit code: exit status {exit}"),
            ["reason"] = "NonZeroExitCode",
            ["details"] = new JsonObject
            {
                ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ExitCode", ["message"] = exit.ToString(CultureInfo.InvariantCulture) }),
            },
        };

    private Task CopyAsync(Stream? from, byte channel, CancellationToken cancellationToken) =>
        from is null ? Task.CompletedTask : _channels.CopyAsync(from, channel, cancellationToken);

    private async Task ReceiveAsync(CancellationTokenSource gone)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            byte? channel = null;
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(), gone.Token);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }

                // The channel stands at the beginning of a message, which may come in several pieces.
                var content = buffer.AsMemory(0, received.Count);
                if (channel is null && content.Length > 0)
                {
                    channel = content.Span[0];
                    content = content[1..];
                }

                await TakeAsync(channel, content, gone.Token);
                channel = received.EndOfMessage ? null : channel;
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException)
        {
            // Ended from either side.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            await gone.CancelAsync();
        }
    }

    private async Task TakeAsync(byte? channel, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (content.Length == 0)
        {
            return;
        }

        switch (channel)
        {
            case InputChannel when command.Input is { } input:
                try
                {
                    await input.WriteAsync(content, cancellationToken);
                }
                catch (Exception exception) when (exception is IOException or ObjectDisposedException)
                {
                    // The command does not read to the end; that is its right.
                }

                break;
            case CloseChannel when content.Span[0] == InputChannel && command is { Input: { } input, Errors: not null }:
                await input.DisposeAsync();
                break;
            case ResizeChannel when Size(content.Span) is { } size:
                command.Resize(size.Columns, size.Rows);
                break;
            default:
                break;
        }
    }

    private static (int Columns, int Rows)? Size(ReadOnlySpan<byte> content)
    {
        try
        {
            var size = JsonNode.Parse(content) as JsonObject;
            return size?["Width"] is JsonValue width && size["Height"] is JsonValue height && width.TryGetValue<int>(out var columns) && height.TryGetValue<int>(out var rows)
                ? (columns, rows)
                : null;
        }
        catch (JsonException)
        {
            // A window of a size that makes no sense stays as it is.
            return null;
        }
    }
}

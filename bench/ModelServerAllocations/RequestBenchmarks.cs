using System.Net;
using System.Net.Sockets;
using System.Text;
using BenchmarkDotNet.Attributes;
using Microsoft.AspNetCore.Builder;
using Scalelab.ModelServer;

namespace Scalelab.ModelServerAllocations;

/// <summary>One request after the other over one connection, sent and read without an allocation of the client's own.</summary>
[MemoryDiagnoser(displayGenColumns: false)]
#pragma warning disable CA1001 // StopAsync disposes of what StartAsync made.
public class RequestBenchmarks
#pragma warning restore CA1001
{
    private const string Boundary = "b";

    private readonly byte[] _answer = new byte[64 * 1024];
    private WebApplication _server = null!;
    private Socket _socket = null!;
    private byte[] _picture = [];
    private byte[] _ready = [];
    private byte[] _tensor = [];

    [GlobalSetup]
    public async Task StartAsync()
    {
        _server = ModelServerApp.Build(["--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning"], TimeProvider.System);
        await _server.StartAsync();
        _socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await _socket.ConnectAsync(IPEndPoint.Parse(new Uri(_server.Urls.First()).Authority));
        await using var jpeg = typeof(ModelServerApp).Assembly.GetManifestResourceStream("test.jpg")!;
        using var bytes = new MemoryStream();
        await jpeg.CopyToAsync(bytes);
        _picture = Request("POST /predict", $"multipart/form-data; boundary={Boundary}", [
            .. Encoding.ASCII.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n"), .. bytes.ToArray(), .. Encoding.ASCII.GetBytes($"\r\n--{Boundary}--\r\n")]);
        _ready = Request("GET /readyz", "text/plain", []);
        var json = "{\"inputs\":[{\"name\":\"input\",\"shape\":[1,3,224,224],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":602112}}]}"u8.ToArray();
        _tensor = Request("POST /v2/models/food11-demo/infer", $"application/octet-stream\r\nInference-Header-Content-Length: {json.Length}", [.. json, .. new byte[602_112]]);
    }

    [GlobalCleanup]
    public async Task StopAsync()
    {
        _socket.Dispose();
        await _server.DisposeAsync();
    }

    /// <summary>A probe.</summary>
    [Benchmark]
    public void Ready() => Ask(_ready);

    /// <summary>A picture of the size of a photograph on a web page.</summary>
    [Benchmark]
    public void Picture() => Ask(_picture);

    /// <summary>A tensor of the same network, in binary form.</summary>
    [Benchmark]
    public void Tensor() => Ask(_tensor);

    private static byte[] Request(string line, string type, byte[] body) =>
        [.. Encoding.ASCII.GetBytes($"{line} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n"), .. body];

    private void Ask(byte[] request)
    {
        for (var sent = 0; sent < request.Length;)
        {
            sent += _socket.Send(request.AsSpan(sent));
        }
        for (var read = 0; read == 0 || !IsWhole(_answer.AsSpan(0, read));)
        {
            var more = _socket.Receive(_answer.AsSpan(read));
            read = more > 0 ? read + more : throw new InvalidOperationException($"The server closed the connection: {Encoding.ASCII.GetString(_answer, 0, read)}");
        }
    }

    // A status of success, the whole header, and as many bytes as it says.
    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        if (!answer.StartsWith("HTTP/1.1 200"u8))
        {
            throw new InvalidOperationException(Encoding.ASCII.GetString(answer));
        }
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }
        var length = answer[..end].IndexOf("Content-Length: "u8);
        var digits = length < 0 ? "2"u8 : answer[(length + 16)..end];
        return System.Buffers.Text.Utf8Parser.TryParse(digits, out int body, out _) && answer.Length >= end + 4 + (length < 0 ? 0 : body);
    }
}

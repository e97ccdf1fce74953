using System.IO.Compression;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Scalelab.Cluster.Api.Http;

/// <summary>A large answer, compressed as it is written, for a client that accepts gzip: at upstream's threshold, with the fastest level.</summary>
internal sealed class Compression : IAsyncDisposable
{
    /// <summary>The bytes from which compression pays, as upstream has it.</summary>
    public const int Threshold = 128 * 1024;

    private readonly GZipStream _stream;

    private Compression(Stream body)
    {
        _stream = new GZipStream(body, CompressionLevel.Fastest, leaveOpen: true);
        Writer = PipeWriter.Create(_stream, new StreamPipeWriterOptions(minimumBufferSize: 64 * 1024, leaveOpen: true));
    }

    public PipeWriter Writer { get; }

    /// <summary>Sets the headers of the answer. Null where the client does not accept gzip, or the answer is compressed already.</summary>
    public static Compression? Start(HttpContext context)
    {
        var response = context.Response;
        if (response.Headers.ContainsKey("Content-Encoding") || !Accepts(context.Request))
        {
            return null;
        }

        response.ContentLength = null;
        response.Headers.ContentEncoding = "gzip";
        response.Headers.Append("Vary", "Accept-Encoding");
        return new Compression(response.Body);
    }

    public async Task WriteAllAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        await Writer.WriteAsync(body, cancellationToken);
        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Writer.CompleteAsync();
        await _stream.DisposeAsync();
    }

    private static bool Accepts(HttpRequest request)
    {
        foreach (var header in request.Headers.AcceptEncoding)
        {
            foreach (var coding in (header ?? "").Split(',', StringSplitOptions.TrimEntries))
            {
                var end = coding.IndexOf(';', StringComparison.Ordinal);
                if ((end < 0 ? coding : coding[..end].TrimEnd()) == "gzip")
                {
                    return true;
                }
            }
        }

        return false;
    }
}

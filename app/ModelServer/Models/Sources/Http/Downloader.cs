using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using Scalelab.ModelServer.Inference;

namespace Scalelab.ModelServer.Models.Sources.Http;

/// <summary>Brings one file: goes on where a transfer broke, tries again while there is hope, and verifies what came.</summary>
internal sealed class Downloader(ModelSourceOptions options, TimeProvider time, ILogger logger)
{
    private const int BufferSize = 128 * 1024;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(20);

    private readonly Requests _requests = new(options.Silence, time);

    /// <summary>Fetches a file into <paramref name="path"/>, of which the beginning may be there already.</summary>
    /// <exception cref="ModelException">The server refuses it, it is too large, or not what was announced.</exception>
    /// <exception cref="IOException">It broke too often, or cannot be stored.</exception>
    public async Task DownloadAsync(RemoteFile file, string path, TransferProgress progress, CancellationToken cancellationToken)
    {
        if (!file.IsResumable)
        {
            File.Delete(path);
        }
        progress.Skip(Length(path));
        var failures = 0;
        var mismatches = 0;
        while (true)
        {
            var before = Length(path);
            try
            {
                var check = await ReceiveAsync(file, path, progress, cancellationToken);
                if (check is null || await check.HoldsAsync(path, cancellationToken))
                {
                    return;
                }
                Drop(path, progress);
                if (++mismatches > 1)
                {
                    throw new ModelException(
                        $"{file.Name} is not what {check.Origin} says: its {check.Algorithm.Name} is not {check.Hex}, twice in a row. "
                        + "Do not use it; store the model again, or correct the digest.");
                }
                logger.LogWarning("{File} came damaged: fetching it again", file.Name);
            }
            catch (Exception exception) when (IsPassing(exception, cancellationToken))
            {
                failures = Length(path) > before ? 1 : failures + 1;
                if (failures >= options.Attempts)
                {
                    throw new IOException($"{exception.Message} It failed {failures} times in a row.", exception);
                }
                var pause = Pause(failures, (exception as TransferException)?.RetryAfter);
                logger.LogWarning("{File} broke off after {Bytes} bytes: {Reason} Going on in {Seconds:0.0} s", file.Name, Length(path), exception.Message, pause.TotalSeconds);
                await Task.Delay(pause, time, cancellationToken);
            }
        }
    }

    private async Task<ContentCheck?> ReceiveAsync(RemoteFile file, string path, TransferProgress progress, CancellationToken cancellationToken)
    {
        if (Length(path) is var stored && (!file.IsResumable || stored >= (file.Size ?? long.MaxValue)))
        {
            Drop(path, progress);
        }
        var have = Length(path);
        using var request = new HttpRequestMessage(HttpMethod.Get, file.Uri);
        if (have > 0)
        {
            request.Headers.Range = new RangeHeaderValue(have, null);
            if (file.Validator is not null)
            {
                request.Headers.TryAddWithoutValidation("If-Range", file.Validator);
            }
        }
        using var response = await _requests.SendAsync(request, file.SendAsync, cancellationToken);
        var total = await AcceptAsync(response, file, have, path, progress, cancellationToken);
        await CopyAsync(response, file, path, total, progress, cancellationToken);
        return file.Check(response);
    }

    // How many bytes the whole file has, if the answer goes on where the file ends, or begins anew.
    private async Task<long?> AcceptAsync(
        HttpResponseMessage response, RemoteFile file, long have, string path, TransferProgress progress, CancellationToken cancellationToken)
    {
        var content = response.Content.Headers;
        long? total;
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                // The server knows no ranges, or the file has changed.
                Drop(path, progress);
                total = content.ContentLength;
                break;
            case HttpStatusCode.PartialContent when have > 0 && content.ContentRange is { From: { } from } range && from == have:
                total = range.Length;
                break;
            case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable when have > 0:
                Drop(path, progress);
                throw new TransferException($"the server cannot go on at byte {have}.");
            case HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError:
                var text = await Answers.TextAsync(response, cancellationToken);
                throw new TransferException($"the server answers {(int)response.StatusCode}{text}.", RetryAfter(response));
            default:
                throw await Answers.RefusalAsync(response, file, cancellationToken);
        }
        if (file.Size is { } size && total is { } length && size != length)
        {
            throw new ModelException($"{file.Name} has {length} bytes now and had {size} a moment ago: it is being changed. Start again once it is complete.");
        }
        return total ?? file.Size;
    }

    private async Task CopyAsync(HttpResponseMessage response, RemoteFile file, string path, long? total, TransferProgress progress, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        using var watch = new SilenceWatch(options.Silence, time, cancellationToken);
        try
        {
            await using var target = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0, useAsync: true);
            await using var source = await response.Content.ReadAsStreamAsync(cancellationToken);
            while (true)
            {
                var read = await source.ReadAsync(buffer, watch.Token);
                watch.Heard();
                if (read == 0)
                {
                    break;
                }
                // A server that announced no size, or announced less.
                if (progress.Bytes + read > options.MaxBytes)
                {
                    throw new ModelException($"{file.Name} brings more than {SourceName.Size(options.MaxBytes)}, the most of one model. Name a smaller one.");
                }
                await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                progress.Receive(read);
            }
            // What is in the cache is whole after a crash too.
            target.Flush(flushToDisk: true);
            if (total is { } length && target.Length != length)
            {
                throw new TransferException($"the transfer ended after {target.Length} of {length} bytes.");
            }
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransferException($"nothing came for {options.Silence.TotalSeconds:0.#} seconds.", inner: exception);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow(),
        _ => null,
    };

    // Doubled at each failure; a server that names a time gets it, within reason.
    private static TimeSpan Pause(int failures, TimeSpan? asked)
    {
        var pause = asked ?? FirstPause * Math.Pow(2, failures - 1);
        return pause < TimeSpan.Zero ? TimeSpan.Zero : pause > LongestPause ? LongestPause : pause;
    }

    private static bool IsPassing(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        _ when cancellationToken.IsCancellationRequested => false,
        TransferException or HttpIOException => true,
        // Names and connections may come back; a certificate that is refused stays so.
        HttpRequestException request => request.HttpRequestError is not HttpRequestError.SecureConnectionError,
        IOException { InnerException: System.Net.Sockets.SocketException } => true,
        _ => false,
    };

    private static void Drop(string path, TransferProgress progress)
    {
        progress.Skip(-Length(path));
        File.Delete(path);
    }

    private static long Length(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;
}

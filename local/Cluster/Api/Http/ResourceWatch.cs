using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Scalelab.Cluster.Api.Http.Protobuf;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Api.Schema;
using Scalelab.Cluster.Store;

namespace Scalelab.Cluster.Api.Http;

/// <summary>
/// One watch over HTTP. It reads the shared log at its own pace: what the client does not take stays in its own pipe, and a client
/// that falls behind the log is told so (410) and has to list again.
/// </summary>
internal sealed class ResourceWatch(ResourceRequest request, ResourceFilter filter, ListOptions options, MediaType media)
{
    private const int BytesPerFlush = 32 * 1024;
    private static readonly TimeSpan BookmarkPeriod = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(30);

    /// <summary>So long before the end a client is told once more where it stands.</summary>
    private static readonly TimeSpan LastBookmark = TimeSpan.FromSeconds(2);

    private readonly HttpContext _context = request.Http;
    private readonly ResourceService _service = request.Service;
    private readonly ResourceDefinition _definition = request.Definition;
    private readonly PipeWriter _output = request.Http.Response.BodyWriter;
    private bool _columnsSent;
    private bool _lastBookmarkSent;
    private DateTimeOffset _end;

    /// <summary>Custom resources have no protobuf form.</summary>
    private bool IsProtobuf => media.IsProtobuf && _definition.ModelType is not null;

    /// <param name="revision">After which one it begins; 0 for the present one.</param>
    public async Task RunAsync(long revision)
    {
        var store = _service.Store;
        var initial = options.SendInitialEvents == true;
        _context.Response.StatusCode = 200;
        _context.Response.ContentType = IsProtobuf ? MediaType.Protobuf + ";stream=watch" : MediaType.Json;
        var limit = options.TimeoutSeconds is > 0 and var seconds ? TimeSpan.FromSeconds(Math.Min(seconds, int.MaxValue / 1000)) : DefaultTimeout;
        using var timeout = new CancellationTokenSource(limit, _service.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _context.RequestAborted);
        _end = _service.Time.GetUtcNow() + limit;
        _lastBookmarkSent = limit <= LastBookmark;
        try
        {
            if (initial)
            {
                await request.WaitForRevisionAsync(options.ResourceVersion, isList: false);
            }

            var state = store.State;
            var start = initial || revision == 0 ? state.Revision : revision;
            if (initial)
            {
                foreach (var item in filter.List(state))
                {
                    await WriteEventAsync("ADDED", item, linked.Token);
                }

                if (options.AllowWatchBookmarks)
                {
                    WriteBookmark(start, initialEnd: true);
                }
            }

            await _output.FlushAsync(linked.Token);
            await FollowAsync(new StoreCursor(store, ResourceService.StoreResource(_definition), start), linked.Token);
        }
        catch (ApiException error)
        {
            WriteError(error);
        }
        catch (CompactedException compacted)
        {
            WriteError(ApiErrors.Expired(string.Create(CultureInfo.InvariantCulture, $"too old resource version: {compacted.Revision - 1} ({compacted.Oldest})")));
        }
        catch (OperationCanceledException) when (linked.IsCancellationRequested)
        {
            // The end of the time that the client gave, or the client is gone: either way the stream ends here.
        }
    }

    private async Task FollowAsync(StoreCursor cursor, CancellationToken cancellationToken)
    {
        var lastBookmark = _service.Time.GetTimestamp();
        while (true)
        {
            if (!options.AllowWatchBookmarks)
            {
                await cursor.WaitAsync(cancellationToken);
            }
            else if (!await WaitForBookmarkAsync(cursor, lastBookmark, cancellationToken))
            {
                WriteBookmark(Math.Max(cursor.Revision, _service.Store.State.Revision), initialEnd: false);
                lastBookmark = _service.Time.GetTimestamp();
            }

            while (cursor.TryRead(out var change))
            {
                if (filter.Classify(change) is { } seen)
                {
                    await WriteEventAsync(seen.Type, seen.Item, cancellationToken);
                }
            }

            await _output.FlushAsync(cancellationToken);
        }
    }

    /// <summary>False when it is time for a bookmark: once a minute, and shortly before the end.</summary>
    private async Task<bool> WaitForBookmarkAsync(StoreCursor cursor, long lastBookmark, CancellationToken cancellationToken)
    {
        var left = BookmarkPeriod - _service.Time.GetElapsedTime(lastBookmark);
        var untilLast = _end - LastBookmark - _service.Time.GetUtcNow();
        var isLast = !_lastBookmarkSent && untilLast < left;
        left = isLast ? untilLast : left;
        if (left <= TimeSpan.Zero)
        {
            _lastBookmarkSent |= isLast;
            return false;
        }

        using var due = new CancellationTokenSource(left, _service.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(due.Token, cancellationToken);
        try
        {
            await cursor.WaitAsync(linked.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            _lastBookmarkSent |= isLast;
            return false;
        }
    }

    private async ValueTask WriteEventAsync(string type, StoredObject item, CancellationToken cancellationToken)
    {
        if (media.Shape == AnswerShape.Object && !IsProtobuf && Answer.IsAsStored(_definition, item))
        {
            WriteHead(type);
            _output.Write(item.Json.Span);
            _output.Write("}\n"u8);
        }
        else
        {
            Write(type, Shape(ResourceService.Load(_definition, item)));
        }

        if (_output.UnflushedBytes > BytesPerFlush)
        {
            await _output.FlushAsync(cancellationToken);
        }
    }

    private JsonObject Shape(JsonObject value)
    {
        if (media.Shape != AnswerShape.Table)
        {
            return media.Shape == AnswerShape.PartialObjectMetadata ? Tables.Partial(value, media.ShapeVersion) : value;
        }

        var withColumns = !_columnsSent;
        _columnsSent = true;
        return Tables.Of(_definition, [value], Answer.TableMetadata(value), Answer.IncludeObject(_context), withColumns, _service.Time.GetUtcNow(), media.ShapeVersion);
    }

    private void WriteBookmark(long revision, bool initialEnd)
    {
        var metadata = new JsonObject { ["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture) };
        if (initialEnd)
        {
            metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        }

        var value = new JsonObject { ["kind"] = _definition.Kind, ["apiVersion"] = _definition.ApiVersion, ["metadata"] = metadata };
        foreach (var (name, child) in _definition.IsCustom ? [] : ObjectDecoder.Empty(_definition.Schema))
        {
            value.TryAdd(name, child?.DeepClone());
        }

        Write("BOOKMARK", Shape(value));
    }

    private void WriteError(ApiException error) => Write("ERROR", StatusJson.Of(error.Status));

    private void Write(string type, JsonObject value)
    {
        if (IsProtobuf)
        {
            ProtobufBody.WriteEvent(_output, type, value);
            return;
        }

        WriteHead(type);
        _output.Write(ObjectJson.Serialize(value));
        _output.Write("}\n"u8);
    }

    private void WriteHead(string type)
    {
        _output.Write("{\"type\":\""u8);
        _output.Write(Encoding.ASCII.GetBytes(type));
        _output.Write("\",\"object\":"u8);
    }
}

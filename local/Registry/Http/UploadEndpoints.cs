using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Scalelab.Registry.Content;
using Scalelab.Registry.Storage;

namespace Scalelab.Registry.Http;

/// <summary>Blob uploads: in one request, in chunks, or by mounting a blob that another repository has.</summary>
internal sealed class UploadEndpoints(RepositoryStore repositories, BlobStore blobs, UploadStore uploads)
{
    public async Task<IResult> StartAsync(HttpContext context, RepositoryName repository)
    {
        var query = context.Request.Query;
        if (query["mount"].ToString() is { Length: > 0 } mount && await MountAsync(context, repository, mount, query["from"]).ConfigureAwait(false) is { } mounted)
        {
            return mounted;
        }

        var expected = query["digest"].ToString() is { Length: > 0 } text ? RegistryResults.ParseDigest(text) : (Digest?)null;
        var session = uploads.Create(repository);
        using var lease = await uploads.LeaseAsync(repository, session.Id, context.RequestAborted).ConfigureAwait(false);
        return expected is { } digest
            ? await CompleteAsync(context, session, digest).ConfigureAwait(false)
            : Progress(context, session, StatusCodes.Status202Accepted);
    }

    public async Task<IResult> StatusAsync(HttpContext context, RepositoryName repository, string id)
    {
        using var lease = await uploads.LeaseAsync(repository, id, context.RequestAborted).ConfigureAwait(false);
        return Progress(context, lease.Session, StatusCodes.Status204NoContent);
    }

    public async Task<IResult> AppendAsync(HttpContext context, RepositoryName repository, string id)
    {
        using var lease = await uploads.LeaseAsync(repository, id, context.RequestAborted).ConfigureAwait(false);
        await ReceiveAsync(context, lease.Session).ConfigureAwait(false);
        return Progress(context, lease.Session, StatusCodes.Status202Accepted);
    }

    public async Task<IResult> FinishAsync(HttpContext context, RepositoryName repository, string id)
    {
        var digest = RegistryResults.ParseDigest(context.Request.Query["digest"]);
        using var lease = await uploads.LeaseAsync(repository, id, context.RequestAborted).ConfigureAwait(false);
        return await CompleteAsync(context, lease.Session, digest).ConfigureAwait(false);
    }

    public async Task<IResult> CancelAsync(HttpContext context, RepositoryName repository, string id)
    {
        using var lease = await uploads.LeaseAsync(repository, id, context.RequestAborted).ConfigureAwait(false);
        uploads.Remove(lease.Session);
        return TypedResults.NoContent();
    }

    private static async Task ReceiveAsync(HttpContext context, UploadSession session)
    {
        RefuseWrongRange(context, session);
        // Layers have no upper size; they go to disk as they come.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        await session.AppendAsync(context.Request.Body, context.RequestAborted).ConfigureAwait(false);
    }

    // Content-Range is '<start>-<end>' here, without the unit that HTTP has (distribution specification, "Pushing a blob in chunks").
    private static void RefuseWrongRange(HttpContext context, UploadSession session)
    {
        var range = context.Request.Headers.ContentRange.ToString();
        if (range.Length == 0)
        {
            return;
        }

        var parts = range.Split('-');
        if (parts.Length != 2
            || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var end)
            || start != session.Length
            || (context.Request.ContentLength is { } length && end - start + 1 != length))
        {
            Describe(context, session);
            throw new RegistryException(ErrorCode.RangeInvalid, $"Content-Range '{range}' does not go on from the {session.Length} bytes received, or does not fit Content-Length");
        }
    }

    private static StatusCodeHttpResult Progress(HttpContext context, UploadSession session, int status)
    {
        Describe(context, session);
        return TypedResults.StatusCode(status);
    }

    private static void Describe(HttpContext context, UploadSession session)
    {
        context.Response.Headers.Location = $"/v2/{session.Repository}/blobs/uploads/{session.Id}";
        context.Response.Headers["Docker-Upload-UUID"] = session.Id;
        // Registry 2's answer for an empty upload too, although it reads like one byte: clients count on the header being there.
        context.Response.Headers.Range = $"0-{Math.Max(0, session.Length - 1)}";
    }

    private static StatusCodeHttpResult Created(HttpContext context, RepositoryName repository, Digest digest)
    {
        context.Response.Headers.Location = $"/v2/{repository}/blobs/{digest}";
        context.Response.Headers["Docker-Content-Digest"] = digest.ToString();
        return TypedResults.StatusCode(StatusCodes.Status201Created);
    }

    /// <summary>Null when the blob cannot be mounted: the specification then asks for an ordinary upload.</summary>
    private async Task<IResult?> MountAsync(HttpContext context, RepositoryName repository, string mount, string? from)
    {
        var digest = RegistryResults.ParseDigest(mount);
        if (!RepositoryName.TryParse(from, out var source) || !repositories.HasBlob(source, digest))
        {
            return null;
        }

        await repositories.AddBlobAsync(repository, digest, context.RequestAborted).ConfigureAwait(false);
        return Created(context, repository, digest);
    }

    private async Task<IResult> CompleteAsync(HttpContext context, UploadSession session, Digest digest)
    {
        await ReceiveAsync(context, session).ConfigureAwait(false);
        try
        {
            await session.SealAsync(digest, context.RequestAborted).ConfigureAwait(false);
            blobs.Adopt(session.Path, digest);
            await repositories.AddBlobAsync(session.Repository, digest, context.RequestAborted).ConfigureAwait(false);
        }
        finally
        {
            // Also when the digest is wrong: the bytes are then of no use to anyone.
            uploads.Remove(session);
        }

        return Created(context, session.Repository, digest);
    }
}

using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Scalelab.Registry.Content;
using Scalelab.Registry.Storage;

namespace Scalelab.Registry.Http;

/// <summary>Reading and deleting blobs.</summary>
internal sealed class BlobEndpoints(RepositoryStore repositories, BlobStore blobs)
{
    public IResult Get(HttpContext context, RepositoryName repository, string reference)
    {
        var digest = RegistryResults.ParseDigest(reference);
        if (!repositories.HasBlob(repository, digest) || blobs.OpenRead(digest) is not { } file)
        {
            throw Unknown(repository, digest);
        }

        context.Response.RegisterForDisposeAsync(file);
        context.Response.Headers["Docker-Content-Digest"] = digest.ToString();
        context.Response.Headers.CacheControl = "max-age=31536000";
        return TypedResults.Stream(file, "application/octet-stream", entityTag: new EntityTagHeaderValue($"\"{digest}\""), enableRangeProcessing: true);
    }

    /// <summary>Takes the blob out of the repository; its bytes go when the registry starts the next time and no repository holds them.</summary>
    public IResult Delete(RepositoryName repository, string reference)
    {
        var digest = RegistryResults.ParseDigest(reference);
        return repositories.DeleteBlob(repository, digest) ? TypedResults.StatusCode(StatusCodes.Status202Accepted) : throw Unknown(repository, digest);
    }

    private static RegistryException Unknown(RepositoryName repository, Digest digest) =>
        new(ErrorCode.BlobUnknown, $"repository {repository} has no blob {digest}");
}

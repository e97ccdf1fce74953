using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Scalelab.Registry.Content;
using Scalelab.Registry.Storage;

namespace Scalelab.Registry.Http;

/// <summary>Manifests by tag or digest, and the manifests that refer to one.</summary>
internal sealed class ManifestEndpoints(RepositoryStore repositories, RegistryOptions options)
{
    public async Task<IResult> GetAsync(HttpContext context, RepositoryName repository, string reference)
    {
        var digest = await ResolveAsync(context, repository, reference).ConfigureAwait(false);
        var manifest = digest is { } found ? await repositories.FindManifestAsync(repository, found, context.RequestAborted).ConfigureAwait(false) : null;
        if (manifest is null)
        {
            throw Unknown(repository, reference);
        }

        context.Response.Headers["Docker-Content-Digest"] = manifest.Digest.ToString();
        return TypedResults.Bytes(manifest.Content, manifest.MediaType, entityTag: new EntityTagHeaderValue($"\"{manifest.Digest}\""));
    }

    public async Task<IResult> PutAsync(HttpContext context, RepositoryName repository, string reference)
    {
        var isDigest = IsDigest(reference);
        var tag = isDigest ? (Tag?)null : ParseTag(reference);
        var content = await ReadAsync(context).ConfigureAwait(false);
        var digest = isDigest ? Digest.Compute(content, RegistryResults.ParseDigest(reference)) : Digest.Sha256(content);
        if (isDigest && digest.ToString() != reference)
        {
            throw new RegistryException(ErrorCode.DigestInvalid, $"the manifest has digest {digest}, not {reference}");
        }

        var document = ManifestDocument.Parse(content, MediaTypeOf(context.Request));
        RefuseMissingContent(repository, document);
        await repositories.PutManifestAsync(repository, new StoredManifest(digest, document.MediaType, content), tag, document.Subject, context.RequestAborted).ConfigureAwait(false);
        if (document.Subject is { } subject)
        {
            context.Response.Headers["OCI-Subject"] = subject.ToString();
        }

        context.Response.Headers.Location = $"/v2/{repository}/manifests/{digest}";
        context.Response.Headers["Docker-Content-Digest"] = digest.ToString();
        return TypedResults.StatusCode(StatusCodes.Status201Created);
    }

    /// <summary>A tag takes only the tag away; a digest takes the manifest and every tag on it.</summary>
    public async Task<IResult> DeleteAsync(HttpContext context, RepositoryName repository, string reference)
    {
        var deleted = IsDigest(reference)
            ? await repositories.DeleteManifestAsync(repository, RegistryResults.ParseDigest(reference), context.RequestAborted).ConfigureAwait(false)
            : repositories.DeleteTag(repository, ParseTag(reference));
        return deleted ? TypedResults.StatusCode(StatusCodes.Status202Accepted) : throw Unknown(repository, reference);
    }

    public async Task<IResult> ReferrersAsync(HttpContext context, RepositoryName repository, string reference)
    {
        var subject = RegistryResults.ParseDigest(reference);
        var wanted = context.Request.Query["artifactType"].ToString();
        var entries = new JsonArray();
        foreach (var digest in repositories.Referrers(repository, subject).OrderBy(d => d.ToString(), StringComparer.Ordinal))
        {
            if (await repositories.FindManifestAsync(repository, digest, context.RequestAborted).ConfigureAwait(false) is not { } manifest)
            {
                continue;
            }

            var document = ManifestDocument.Parse(manifest.Content, manifest.MediaType);
            if (wanted.Length == 0 || document.ArtifactType == wanted)
            {
                entries.Add(Describe(manifest, document));
            }
        }

        if (wanted.Length > 0)
        {
            context.Response.Headers["OCI-Filters-Applied"] = "artifactType";
        }

        var index = new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = MediaTypes.OciIndex, ["manifests"] = entries };
        return RegistryResults.Json(index, MediaTypes.OciIndex);
    }

    private static JsonObject Describe(StoredManifest manifest, ManifestDocument document)
    {
        var entry = new JsonObject { ["mediaType"] = manifest.MediaType, ["digest"] = manifest.Digest.ToString(), ["size"] = manifest.Content.Length };
        if (document.ArtifactType is not null)
        {
            entry["artifactType"] = document.ArtifactType;
        }

        if (document.Annotations.Count > 0)
        {
            entry["annotations"] = new JsonObject(document.Annotations.Select(a => KeyValuePair.Create(a.Key, (JsonNode?)a.Value)));
        }

        return entry;
    }

    private static bool IsDigest(string reference) => reference.Contains(':', StringComparison.Ordinal);

    private static Tag ParseTag(string reference) =>
        Tag.TryParse(reference, out var tag)
            ? tag
            : throw new RegistryException(ErrorCode.TagInvalid, $"'{reference}' is not a tag: at most 128 letters, digits, '_', '.' and '-', not starting with '.' or '-'");

    private static string? MediaTypeOf(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) ? type.MediaType.Value : null;

    private static RegistryException Unknown(RepositoryName repository, string reference) =>
        new(ErrorCode.ManifestUnknown, $"repository {repository} has no manifest {reference}");

    private async Task<Digest?> ResolveAsync(HttpContext context, RepositoryName repository, string reference) =>
        IsDigest(reference)
            ? RegistryResults.ParseDigest(reference)
            : await repositories.FindTagAsync(repository, ParseTag(reference), context.RequestAborted).ConfigureAwait(false);

    private async Task<byte[]> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength > options.MaxManifestBytes)
        {
            throw TooLarge();
        }

        using var content = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await context.Request.Body.ReadAsync(buffer, context.RequestAborted).ConfigureAwait(false)) > 0)
        {
            if (content.Length + count > options.MaxManifestBytes)
            {
                throw TooLarge();
            }

            content.Write(buffer, 0, count);
        }

        return content.ToArray();
    }

    private RegistryException TooLarge() => new(ErrorCode.ManifestTooLarge, $"the manifest is larger than {options.MaxManifestBytes} bytes");

    private void RefuseMissingContent(RepositoryName repository, ManifestDocument document)
    {
        var missing = document.Blobs.Where(digest => !repositories.HasBlob(repository, digest)).Select(digest => $"blob {digest}")
            .Concat(document.Manifests.Where(digest => !repositories.HasManifest(repository, digest)).Select(digest => $"manifest {digest}"))
            .ToList();
        if (missing.Count > 0)
        {
            throw new RegistryException(ErrorCode.ManifestBlobUnknown, $"repository {repository} lacks {string.Join(", ", missing)}; push them before the manifest that names them");
        }
    }
}

namespace Scalelab.Registry.Http;

/// <summary>An error of the distribution specification: its code on the wire and its HTTP status.</summary>
internal sealed record ErrorCode(string Code, int Status)
{
    public static readonly ErrorCode BlobUnknown = new("BLOB_UNKNOWN", 404);
    public static readonly ErrorCode BlobUploadInvalid = new("BLOB_UPLOAD_INVALID", 400);
    public static readonly ErrorCode BlobUploadUnknown = new("BLOB_UPLOAD_UNKNOWN", 404);
    public static readonly ErrorCode DigestInvalid = new("DIGEST_INVALID", 400);
    public static readonly ErrorCode ManifestBlobUnknown = new("MANIFEST_BLOB_UNKNOWN", 400);
    public static readonly ErrorCode ManifestInvalid = new("MANIFEST_INVALID", 400);
    public static readonly ErrorCode ManifestTooLarge = new("MANIFEST_INVALID", 413);
    public static readonly ErrorCode ManifestUnknown = new("MANIFEST_UNKNOWN", 404);
    public static readonly ErrorCode NameInvalid = new("NAME_INVALID", 400);
    public static readonly ErrorCode NameUnknown = new("NAME_UNKNOWN", 404);
    public static readonly ErrorCode PaginationNumberInvalid = new("PAGINATION_NUMBER_INVALID", 400);
    public static readonly ErrorCode RangeInvalid = new("BLOB_UPLOAD_INVALID", 416);
    public static readonly ErrorCode TagInvalid = new("TAG_INVALID", 400);
    public static readonly ErrorCode TooManyRequests = new("TOOMANYREQUESTS", 429);
    public static readonly ErrorCode Denied = new("DENIED", 403);
    public static readonly ErrorCode NotFound = new("UNSUPPORTED", 404);
    public static readonly ErrorCode Unsupported = new("UNSUPPORTED", 405);
    public static readonly ErrorCode Unknown = new("UNKNOWN", 500);
}

namespace Scalelab.Registry.Http;

internal enum RouteKind
{
    Version,
    Catalog,
    Tags,
    Uploads,
    Upload,
    Blob,
    Manifest,
    Referrers,
}

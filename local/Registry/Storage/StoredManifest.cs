using Scalelab.Registry.Content;

namespace Scalelab.Registry.Storage;

/// <summary>A manifest of a repository, with its bytes exactly as they were pushed.</summary>
internal sealed record StoredManifest(Digest Digest, string MediaType, byte[] Content);

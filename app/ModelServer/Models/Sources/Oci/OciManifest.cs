using System.Text.Json.Serialization;

namespace Scalelab.ModelServer.Models.Sources.Oci;

/// <summary>What is read of a manifest or an index (OCI image specification).</summary>
internal sealed record OciManifest
{
    /// <summary>The form; null in old ones, which the answer's header tells.</summary>
    public string? MediaType { get; init; }

    /// <summary>An image's or artifact's content, in the order in which it is unpacked.</summary>
    public IReadOnlyList<OciDescriptor>? Layers { get; init; }

    /// <summary>An index's manifests, one for each platform.</summary>
    public IReadOnlyList<OciDescriptor>? Manifests { get; init; }
}

/// <summary>Names content of a registry.</summary>
internal sealed record OciDescriptor
{
    /// <summary>What it is.</summary>
    public string MediaType { get; init; } = "";

    /// <summary>Its hash, which is its name.</summary>
    public string Digest { get; init; } = "";

    /// <summary>How many bytes it has.</summary>
    public long Size { get; init; }

    /// <summary>What it is called, among others.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>What it runs on; null where that does not matter.</summary>
    public OciPlatform? Platform { get; init; }
}

/// <summary>What an image runs on.</summary>
internal sealed record OciPlatform(string? Architecture, string? Os);

/// <summary>A registry's answer about who may read.</summary>
internal sealed record OciToken(string? Token, [property: JsonPropertyName("access_token")] string? AccessToken);

/// <summary>Docker's file of logins.</summary>
internal sealed record DockerConfig(IReadOnlyDictionary<string, DockerLogin>? Auths);

/// <summary>One login: <c>user:password</c> in base64.</summary>
internal sealed record DockerLogin(string? Auth);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(OciManifest))]
[JsonSerializable(typeof(OciToken))]
[JsonSerializable(typeof(DockerConfig))]
internal sealed partial class OciJson : JsonSerializerContext;

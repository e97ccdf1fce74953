using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Docker.Building;

/// <summary>How an image is built: the input <c>build</c>, checked and complete.</summary>
/// <param name="Context">The folder, as the program gave it.</param>
/// <param name="Dockerfile">As the program gave it, relative to the program's folder.</param>
internal sealed record BuildInputs(string Context, string Dockerfile)
{
    /// <summary>BuildKit, which is the default, or the first builder.</summary>
    public bool UsesBuildKit { get; init; } = true;

    public IReadOnlyDictionary<string, string> Args { get; init; } = new Dictionary<string, string>();

    public string? Target { get; init; }

    public string? Platform { get; init; }

    public string? Network { get; init; }

    public IReadOnlyList<string> CacheFrom { get; init; } = [];

    public IReadOnlyList<string> AddHosts { get; init; } = [];

    /// <param name="build">Without unknown values.</param>
    public static BuildInputs Read(PropertyMap build) => new(build.FindText("context") ?? ".", build.FindText("dockerfile") ?? "Dockerfile")
    {
        UsesBuildKit = build.FindText("builderVersion") != BuilderV1,
        Args = (build.Find("args") as PropertyMap ?? PropertyMap.Empty).ToDictionary(arg => arg.Key, arg => PlainJson.ToJson(arg.Value)?.ToString() ?? ""),
        Target = build.FindText("target"),
        Platform = build.FindText("platform"),
        Network = build.FindText("network"),
        CacheFrom = Texts((build.Find("cacheFrom") as PropertyMap)?.Find("images")),
        AddHosts = Texts(build.Find("addHosts")),
    };

    public const string BuilderV1 = "BuilderV1";

    public const string BuildKit = "BuilderBuildKit";

    public static string[] Texts(PropertyValue? list) => list is ListValue { Items: var items } ? [.. items.Select(item => item.Revealed).OfType<StringValue>().Select(text => text.Value)] : [];
}

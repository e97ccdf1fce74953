using System.Runtime.InteropServices;
using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Docker.Building;

/// <summary>
/// Validates an image's inputs and completes them as Pulumi's provider does: defaults, the platform, and the digest of the context, by
/// which changed files are a changed input.
/// </summary>
internal sealed class ImageChecks(string workingDirectory)
{
    private static readonly HashSet<string> ImageKeys = ["build", "buildOnPreview", "imageName", "registry", "skipPush"];

    private static readonly HashSet<string> BuildKeys =
        ["addHosts", "args", "builderVersion", "cacheFrom", "context", "contextDigest", "dockerfile", "network", "platform", "target"];

    private static readonly HashSet<string> RegistryKeys = ["password", "server", "username"];

    public CheckResult Check(PropertyMap inputs)
    {
        var failures = new List<CheckFailure>();
        RefuseUnknown(inputs, ImageKeys, "", failures);
        if (inputs.Find("registry") is PropertyMap registry)
        {
            RefuseUnknown(registry, RegistryKeys, "registry.", failures);
        }

        inputs = inputs.Find("buildOnPreview") is null or NullValue ? inputs.With("buildOnPreview", false) : inputs;
        if (inputs.Find("build") is null or NullValue or PropertyMap)
        {
            inputs = inputs.With("build", Complete(inputs.Find("build") as PropertyMap ?? PropertyMap.Empty, failures));
        }

        CheckNames(inputs, failures);
        return new CheckResult(inputs, failures);
    }

    private PropertyMap Complete(PropertyMap build, List<CheckFailure> failures)
    {
        RefuseUnknown(build, BuildKeys, "build.", failures);
        if (build.FindText("builderVersion") is { } version && version is not (BuildInputs.BuilderV1 or BuildInputs.BuildKit))
        {
            failures.Add(new CheckFailure("build.builderVersion", $"is '{version}'; it must be {BuildInputs.BuilderV1} or {BuildInputs.BuildKit}."));
        }

        if (build.Find("cacheFrom") is PropertyMap cache && !cache.ContainsKey("images"))
        {
            failures.Add(new CheckFailure("build.cacheFrom", "needs the list 'images'."));
        }

        build = build.Find("platform") is null or NullValue ? build.With("platform", MachinePlatform) : build;
        build = build.Find("context") is null or NullValue ? build.With("context", ".") : build;
        if (build.Find("context") is not StringValue { Value: var context })
        {
            return build;
        }

        if (build.Find("dockerfile") is null or NullValue)
        {
            build = build.With("dockerfile", context.TrimEnd('/', '\\') is "." or "" ? "Dockerfile" : $"{context.TrimEnd('/', '\\')}/Dockerfile");
        }

        return build.Find("dockerfile") is StringValue { Value: var dockerfile } ? WithDigest(build, context, dockerfile, failures) : build;
    }

    private PropertyMap WithDigest(PropertyMap build, string context, string dockerfile, List<CheckFailure> failures)
    {
        if (context.Contains("://", StringComparison.Ordinal) || context.StartsWith("git@", StringComparison.Ordinal))
        {
            failures.Add(new CheckFailure("build.context", $"is '{context}'; it must be a folder of this machine, because changes in it decide whether to build. Check the sources out first."));
            return build;
        }

        var (folder, file) = (Path.GetFullPath(context, workingDirectory), Path.GetFullPath(dockerfile, workingDirectory));
        if (!File.Exists(file))
        {
            var inContext = Path.Join(context, dockerfile).Replace('\\', '/');
            failures.Add(new CheckFailure("build.dockerfile", File.Exists(Path.GetFullPath(inContext, workingDirectory))
                ? $"is '{dockerfile}', which starts at the program's folder {workingDirectory}, not at the context. Write '{inContext}'."
                : $"is '{dockerfile}', and there is no file {file}. Relative paths start at the program's folder {workingDirectory}."));
            return build;
        }

        try
        {
            return build.With("contextDigest", new BuildContext(folder, file).Digest());
        }
        catch (Exception e) when (e is ProviderException or IOException or UnauthorizedAccessException)
        {
            failures.Add(new CheckFailure("build.context", e is ProviderException ? e.Message : $"{folder} cannot be read: {e.Message}"));
            return build;
        }
    }

    private static void CheckNames(PropertyMap inputs, List<CheckFailure> failures)
    {
        var cached = BuildInputs.Texts(((inputs.Find("build") as PropertyMap)?.Find("cacheFrom") as PropertyMap)?.Find("images"));
        if (inputs.Find("imageName") is StringValue { Value: var name })
        {
            var isPushed = inputs.Find("skipPush") is not (BoolValue { Value: true } or UnknownValue);
            CheckName("imageName", name, mustBeComplete: isPushed && (inputs.Find("registry") as PropertyMap)?.FindText("server") is null or "", failures);
        }
        else if (inputs.Find("imageName") is not UnknownValue)
        {
            failures.Add(new CheckFailure("imageName", "is missing: give the image's whole name, such as registry.example.com:5000/app:v1."));
        }

        foreach (var image in cached)
        {
            CheckName("build.cacheFrom.images", image, mustBeComplete: false, failures);
        }
    }

    private static void CheckName(string property, string text, bool mustBeComplete, List<CheckFailure> failures)
    {
        if (ImageName.Parse(text) is not { Digest: null } name)
        {
            failures.Add(new CheckFailure(property, $"is '{text}', which is no image's name. Write registry/name:tag, in lower case, such as registry.example.com:5000/app:v1."));
        }
        else if (mustBeComplete && !name.IsComplete)
        {
            failures.Add(new CheckFailure(property, $"is '{text}', which names no registry to push to. Write {name.WithoutTag}{(name.Tag is null ? "" : ":" + name.Tag)} if you mean Docker Hub, or set 'skipPush'."));
        }
    }

    private static void RefuseUnknown(PropertyMap inputs, HashSet<string> known, string prefix, List<CheckFailure> failures) =>
        failures.AddRange(inputs.Keys.Where(key => !known.Contains(key)).Select(key => new CheckFailure(prefix + key, "an image has no such input; leave it out.")));

    // Go's words for the processor: they are part of what the state holds.
    private static string MachinePlatform => "linux/" + RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => "amd64",
        Architecture.X86 => "386",
        Architecture.Armv6 => "arm",
        var other => other.ToString().ToLowerInvariant(),
    };
}

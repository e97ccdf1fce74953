using Docker.DotNet;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Providers.Docker.Registries;

namespace Scalelab.Engine.Providers.Docker.Building;

/// <summary>
/// <c>docker:index/image:Image</c>: built when its inputs or its context change, pushed unless <c>skipPush</c>, and named by digest in
/// <c>repoDigest</c>. Like Pulumi's provider it leaves images where they are when the resource is deleted.
/// </summary>
internal sealed class ImageResource(DockerEngine engine, ProviderContext context) : IDockerResource
{
    public const string Type = "docker:index/image:Image";

    /// <summary>Under which the official provider keeps the inputs of the last build among the outputs, and compares with.</summary>
    private const string InputsKey = "__inputs";

    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(30);

    // Like a record of files, an image is what was built: nobody else changes it.
    public bool CanRefresh => false;

    public CheckResult Check(CheckRequest request) => new ImageChecks(context.WorkingDirectory).Check(request.NewInputs);

    public DiffResult Diff(DiffRequest request)
    {
        var old = request.OldOutputs.Find(InputsKey) as PropertyMap ?? request.OldInputs;
        // Who pushes may change as tokens do; what is pushed, and where to, stays.
        var differences = PropertyDiff.Compare(old, request.NewInputs).Where(difference => difference.Path.ToString() is not ("registry.username" or "registry.password")).ToArray();
        return new DiffResult(differences.Length > 0, []) { Differences = differences };
    }

    public async Task<CreateResult> CreateAsync(CreateRequest request, CancellationToken cancellationToken)
    {
        if (request.Preview && !CanBuild(request.Urn, request.Inputs))
        {
            return new CreateResult("", request.Inputs);
        }

        return new CreateResult(request.Inputs.FindText("imageName")!, await MakeAsync(request.Urn, request.Inputs, request.Timeout, request.Preview, cancellationToken));
    }

    public Task<ReadResult?> ReadAsync(ReadRequest request, CancellationToken cancellationToken) =>
        throw new ProviderException($"An image cannot be read: '{request.Urn.Name}'. Declare it instead, or name it where it is used.");

    public async Task<PropertyMap> UpdateAsync(UpdateRequest request, CancellationToken cancellationToken) => request.Preview && !CanBuild(request.Urn, request.NewInputs)
        ? request.NewInputs
        : await MakeAsync(request.Urn, request.NewInputs, request.Timeout, request.Preview, cancellationToken);

    public Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken) => Task.CompletedTask;

    // Building again costs time and nothing else; the registry has one image of that name afterwards.
    public string? FindId(PropertyMap inputs) => null;

    private bool CanBuild(Urn urn, PropertyMap inputs)
    {
        if (inputs.Find("buildOnPreview") is not BoolValue { Value: true })
        {
            return false;
        }

        if (inputs.ContainsUnknowns)
        {
            context.Log(Events.DiagnosticSeverity.Warning, "'buildOnPreview' is set, but not all of the image's inputs are known yet: this preview does not build it.", urn);
            return false;
        }

        return true;
    }

    private async Task<PropertyMap> MakeAsync(Urn urn, PropertyMap inputs, TimeSpan? timeout, bool preview, CancellationToken cancellationToken)
    {
        var limit = timeout ?? DefaultTimeout;
        var text = inputs.FindText("imageName")!;
        using var timer = new CancellationTokenSource(limit, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        var log = new BuildLog(urn, context);
        try
        {
            return await engine.CallAsync($"Building the image '{text}'", client => MakeAsync(client, text, inputs, preview, log, either.Token), either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ProviderException($"The image '{text}' was not built and pushed within {limit}.{log} Give it longer with customTimeouts, or look at why it hangs.", e);
        }
    }

    private async Task<PropertyMap> MakeAsync(DockerClient client, string text, PropertyMap inputs, bool preview, BuildLog log, CancellationToken cancellationToken)
    {
        var (name, build) = (ImageName.Parse(text)!, BuildInputs.Read((PropertyMap)inputs.Find("build")!));
        var files = new BuildContext(Path.GetFullPath(build.Context, context.WorkingDirectory), Path.GetFullPath(build.Dockerfile, context.WorkingDirectory));
        var settings = DockerConfigFile.Load(context);
        var login = new RegistryLogin(settings, inputs.Find("registry") as PropertyMap);
        var isPushed = inputs.Find("skipPush") is not BoolValue { Value: true } && !preview;
        var credentials = await settings.AllAsync(cancellationToken);
        if (isPushed || build.CacheFrom.Count > 0)
        {
            if (login.Warning is { } warning)
            {
                log.Warn(warning);
            }

            var own = await login.ForAsync(name, cancellationToken);
            credentials[own.ServerAddress!] = own;
        }

        var push = new ImagePush(client, log, cancellationToken);
        foreach (var image in build.CacheFrom)
        {
            await FetchCacheAsync(push, image, build, login, log, cancellationToken);
        }

        var id = await new ImageBuild(engine, log, cancellationToken).RunAsync(text, build, files, credentials);
        var digest = isPushed ? $"{name.WithoutTag}@{await push.PushAsync(text, name, await login.ForAsync(name, cancellationToken))}" : id;
        return new PropertyMap(new Dictionary<string, PropertyValue>
        {
            ["baseImageName"] = text,
            ["imageName"] = text,
            ["repoDigest"] = digest,
            ["registryServer"] = login.Server,
            ["context"] = build.Context,
            ["dockerfile"] = files.DockerfileInContext,
            ["platform"] = build.Platform ?? "",
            [InputsKey] = inputs,
        });
    }

    // A cache that is not there yet is how every first build begins.
    private static async Task FetchCacheAsync(ImagePush push, string image, BuildInputs build, RegistryLogin login, BuildLog log, CancellationToken cancellationToken)
    {
        try
        {
            var name = ImageName.Parse(image)!;
            await push.PullAsync(image, name, build.Platform, await login.ForAsync(name, cancellationToken));
        }
        catch (Exception e) when (e is ProviderException or DockerApiException)
        {
            log.Add($"There is no cache {image}: {(e is DockerApiException refused ? DockerErrors.Describe(refused) : e.Message)}");
        }
    }
}

using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Scalelab.Engine.Events;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Providers.Kubernetes.Awaiting;

namespace Scalelab.Engine.Providers.Kubernetes;

/// <summary>
/// Objects of any kind of one cluster. They are applied on the server under one fixed field manager, so that what others own (an
/// autoscaler's replicas, say) stays theirs, and then waited for until they are ready.
/// </summary>
internal sealed class KubernetesProvider(KubernetesConfig config, ProviderContext context) : IProvider
{
    private const string FieldManager = "pulumi-kubernetes";
    private const string AutonamedAnnotation = "pulumi.com/autonamed";
    private const string ForceAnnotation = "pulumi.com/patchForce";
    private const string PropagationAnnotation = "pulumi.com/deletionPropagationPolicy";
    private const string True = "true";

    private readonly Lazy<(KubeConnection Connection, ApiResources Resources)> _cluster = new(() =>
    {
        var connection = new KubeConnection(config.Load(), context.Time);
        return (connection, new ApiResources(connection));
    });

    private KubeConnection Connection => _cluster.Value.Connection;

    public async Task<CheckResult> CheckAsync(CheckRequest request, CancellationToken cancellationToken)
    {
        var inputs = request.NewInputs;
        var (apiVersion, kind) = Kind(request.Urn, inputs);
        if (Refusal(request.Urn, kind) is { } refusal)
        {
            return new CheckResult(inputs, [refusal]);
        }

        inputs = inputs.With("apiVersion", apiVersion).With("kind", kind);
        var metadata = inputs.Find("metadata") as PropertyMap ?? PropertyMap.Empty;
        if (metadata.ContainsKey("generateName"))
        {
            return new CheckResult(inputs, [new CheckFailure("metadata.generateName", "the cluster would choose the name, and an interrupted update could not find the object again. Leave it out: the engine then chooses a name.")]);
        }

        if (Annotation(inputs, Readiness.WaitForAnnotation) is { } condition && Readiness.ParseWaitFor(condition) is null)
        {
            return new CheckResult(inputs, [new CheckFailure($"metadata.annotations[\"{Readiness.WaitForAnnotation}\"]", $"'{condition}' is not understood here. Write condition=TYPE or condition=TYPE=STATUS.")]);
        }

        metadata = Named(request, metadata);
        var resource = await ResourceAsync(apiVersion, kind, cancellationToken);
        if (resource is { Namespaced: true } && !metadata.ContainsKey("namespace"))
        {
            metadata = metadata.With("namespace", config.Namespace);
        }

        return CheckResult.Valid(inputs.With("metadata", metadata));
    }

    public Task<DiffResult> DiffAsync(DiffRequest request, CancellationToken cancellationToken)
    {
        var (apiVersion, kind) = Kind(request.Urn, request.NewInputs);
        var compared = DiffResult.Compare(request.OldInputs, request.NewInputs, ImmutableFields.Of(apiVersion, kind, config));
        // Two objects of one name cannot be side by side; one whose name the engine chose gets another.
        var sameName = Metadata(request.OldInputs, "name") == Metadata(request.NewInputs, "name") && Metadata(request.OldInputs, "namespace") == Metadata(request.NewInputs, "namespace");
        return Task.FromResult(compared with { DeleteBeforeReplace = sameName && !IsAutonamed(request.NewInputs) });
    }

    public async Task<CreateResult> CreateAsync(CreateRequest request, CancellationToken cancellationToken)
    {
        if (request.Preview)
        {
            return new CreateResult("", request.Inputs);
        }

        var body = PlainJson.ToJson(request.Inputs);
        var (path, id) = await PathAsync(request.Urn, request.Inputs, cancellationToken);
        var applied = await GuardAsync(async () =>
        {
            // Applying would silently take over an object that somebody else made.
            return await Connection.FindAsync(path, cancellationToken) is null
                ? await ApplyAsync(path, body, cancellationToken)
                : throw new ProviderException($"{Describe(body)} exists already and is not this stack's. Delete it, or give this one another name.");
        });
        return new CreateResult(id, await AwaitAsync(request.Urn, id, path, applied, request.Timeout, cancellationToken));
    }

    public async Task<ReadResult?> ReadAsync(ReadRequest request, CancellationToken cancellationToken)
    {
        var (apiVersion, kind) = Kind(request.Urn, request.Inputs);
        var resource = await ResourceAsync(apiVersion, kind, cancellationToken);
        if (resource is null)
        {
            return null;
        }

        var live = await GuardAsync(() => Connection.FindAsync(PathOf(apiVersion, resource, request.Id), cancellationToken));
        return live is null ? null : new ReadResult(request.Id, Outputs(live));
    }

    public async Task<PropertyMap> UpdateAsync(UpdateRequest request, CancellationToken cancellationToken)
    {
        if (request.Preview)
        {
            return request.NewInputs;
        }

        var (path, _) = await PathAsync(request.Urn, request.NewInputs, cancellationToken);
        var applied = await GuardAsync(async () =>
        {
            var body = PlainJson.ToJson(request.NewInputs);
            if (request.IgnoreChanges.Count > 0 && await Connection.FindAsync(path, cancellationToken) is { } live)
            {
                body = IgnoredFields.Yield(body, live, request.IgnoreChanges, FieldManager);
            }

            return await ApplyAsync(path, body, cancellationToken);
        });
        return await AwaitAsync(request.Urn, request.Id, path, applied, request.Timeout, cancellationToken);
    }

    public async Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken)
    {
        var (apiVersion, kind) = Kind(request.Urn, request.Inputs);
        try
        {
            if (await ResourceAsync(apiVersion, kind, cancellationToken) is not { } resource)
            {
                return;
            }

            var path = PathOf(apiVersion, resource, request.Id);
            var options = new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "DeleteOptions",
                ["propagationPolicy"] = Propagation(request.Inputs),
            };
            await GuardAsync(() => Connection.DeleteAsync(path, options, cancellationToken));
            await GuardAsync(() => new Awaiter(Connection, context, request.Urn).UntilGoneAsync(path, request.Timeout, cancellationToken));
        }
        catch (ProviderException e) when (e.InnerException is KubeStatusException { Code: HttpStatusCode.NotFound })
        {
            // Gone already, which is what was asked for.
        }
        catch (ProviderException e) when (e.InnerException is KubeUnreachableException && config.DeleteUnreachable)
        {
            context.Log(DiagnosticSeverity.Warning, $"{e.Message} The provider says deleteUnreachable, so that '{request.Urn.Name}' counts as deleted.", request.Urn);
        }
    }

    public Task<InvokeResult> InvokeAsync(string token, PropertyMap arguments, CancellationToken cancellationToken) =>
        throw new ProviderException($"The function {token} is not supported by the embedded engine. Declare the objects as resources, or run the program with the Pulumi CLI.");

    public string? FindId(Urn urn, PropertyMap inputs) => (Metadata(inputs, "namespace"), Metadata(inputs, "name")) switch
    {
        (_, null) => null,
        (null, { } name) => name,
        var (ns, name) => $"{ns}/{name}",
    };

    public ValueTask DisposeAsync()
    {
        if (_cluster.IsValueCreated)
        {
            Connection.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private static CheckFailure? Refusal(Urn urn, string kind)
    {
        var parts = urn.Type.Split(':');
        var isPlain = parts.Length == 3 && parts[1].Contains('/', StringComparison.Ordinal) && (parts[2] == kind || !parts[2].EndsWith("Patch", StringComparison.Ordinal));
        return isPlain && !kind.EndsWith("List", StringComparison.Ordinal)
            ? null
            : new CheckFailure("", $"the embedded engine has no {urn.Type}: charts, manifests, lists and patches are not supported. Declare the objects as resources, or run the program with the Pulumi CLI.");
    }

    /// <summary>From the inputs; else from the type token, whose core group is written <c>core/v1</c>.</summary>
    private static (string ApiVersion, string Kind) Kind(Urn urn, PropertyMap inputs)
    {
        var parts = urn.Type.Split(':');
        var version = parts.Length == 3 ? parts[1] : "";
        return (
            inputs.FindText("apiVersion") ?? (version.StartsWith("core/", StringComparison.Ordinal) ? version["core/".Length..] : version),
            inputs.FindText("kind") ?? parts[^1]);
    }

    private static PropertyMap Named(CheckRequest request, PropertyMap metadata)
    {
        if (metadata.ContainsKey("name"))
        {
            return metadata;
        }

        var old = request.OldInputs is { } inputs && IsAutonamed(inputs) ? Metadata(inputs, "name") : null;
        var annotations = metadata.Find("annotations") as PropertyMap ?? PropertyMap.Empty;
        return metadata
            .With("name", old ?? $"{request.Urn.Name}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}")
            .With("annotations", annotations.With(AutonamedAnnotation, True));
    }

    private static string? Metadata(PropertyMap inputs, string key) => (inputs.Find("metadata") as PropertyMap)?.FindText(key);

    private static string? Annotation(PropertyMap inputs, string key) => ((inputs.Find("metadata") as PropertyMap)?.Find("annotations") as PropertyMap)?.FindText(key);

    private static bool IsAutonamed(PropertyMap inputs) => Annotation(inputs, AutonamedAnnotation) == True;

    private static string Propagation(PropertyMap inputs) => Annotation(inputs, PropagationAnnotation)?.ToUpperInvariant() switch
    {
        "BACKGROUND" => "Background",
        "ORPHAN" => "Orphan",
        // So that an object that is gone has taken its pods with it.
        _ => "Foreground",
    };

    private static string Describe(JsonObject item) => $"{item.Text("kind")} {(item.Text("metadata", "namespace") is { } ns ? $"{ns}/" : "")}{item.Name()}";

    private static string PathOf(string apiVersion, ApiResource resource, string id)
    {
        var slash = id.IndexOf('/', StringComparison.Ordinal);
        return slash < 0
            ? $"{ApiResources.GroupPath(apiVersion)}/{resource.Plural}/{id}"
            : $"{ApiResources.GroupPath(apiVersion)}/namespaces/{id[..slash]}/{resource.Plural}/{id[(slash + 1)..]}";
    }

    private async Task<ApiResource?> ResourceAsync(string apiVersion, string kind, CancellationToken cancellationToken) =>
        await GuardAsync(() => _cluster.Value.Resources.FindAsync(apiVersion, kind, cancellationToken));

    private async Task<(string Path, string Id)> PathAsync(Urn urn, PropertyMap inputs, CancellationToken cancellationToken)
    {
        var (apiVersion, kind) = Kind(urn, inputs);
        var resource = await ResourceAsync(apiVersion, kind, cancellationToken)
            ?? throw new ProviderException($"The cluster does not know the kind {kind} of {apiVersion}. Install what defines it first, or correct 'apiVersion' and 'kind'.");
        var name = Metadata(inputs, "name") ?? throw new ProviderException($"'{urn.Name}' has no metadata.name.");
        // A kind that was unknown when the inputs were checked got no namespace then.
        var id = resource.Namespaced ? $"{Metadata(inputs, "namespace") ?? config.Namespace}/{name}" : name;
        return (PathOf(apiVersion, resource, id), id);
    }

    private Task<JsonObject> ApplyAsync(string path, JsonObject body, CancellationToken cancellationToken)
    {
        var force = body.Annotation(ForceAnnotation) == True ? True : "false";
        return Connection.ApplyAsync($"{path}?fieldManager={FieldManager}&force={force}", body, cancellationToken);
    }

    private async Task<PropertyMap> AwaitAsync(Urn urn, string id, string path, JsonObject applied, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var awaiter = new Awaiter(Connection, context, urn);
        var live = applied;
        string reason;
        try
        {
            live = await awaiter.UntilReadyAsync(path, applied, timeout, cancellationToken);
            return Outputs(live);
        }
        catch (NotReadyException e)
        {
            reason = $"{Describe(applied)} is not ready: {e.Message}";
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            reason = $"{Describe(applied)} was applied, but cancelled while it was waited for.";
        }
        catch (Exception e) when (e is KubeUnreachableException or KubeStatusException)
        {
            reason = $"{Describe(applied)} was applied, but cannot be watched: {e.Message}";
        }

        throw new PartialFailureException(id, Outputs(live), [reason]);
    }

    private static PropertyMap Outputs(JsonObject live)
    {
        (live["metadata"] as JsonObject)?.Remove("managedFields");
        var outputs = PlainJson.FromJson(live);
        if (live.Text("kind") != "Secret")
        {
            return outputs;
        }

        // The API returns a Secret's data in another shape than it was given, so that marks of inputs do not carry over.
        foreach (var key in new[] { "data", "stringData" })
        {
            outputs = outputs.TryGetValue(key, out var data) ? outputs.With(key, PropertyValue.Secret(data)) : outputs;
        }

        return outputs;
    }

    private static async Task<T> GuardAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (KubeUnreachableException e)
        {
            throw new ProviderException(Sentence(e.Message), e);
        }
        catch (KubeStatusException e) when (e.Code == HttpStatusCode.Unauthorized)
        {
            throw new ProviderException($"The cluster does not accept the kubeconfig's credentials: {e.Message}. Fetch the kubeconfig anew.", e);
        }
        catch (KubeStatusException e) when (e.Code == HttpStatusCode.Conflict && e.Reason == "Conflict")
        {
            throw new ProviderException($"{e.Message}\nSomething else owns these fields: leave them out of the program (replicas, where an autoscaler sets them), or annotate the object with {ForceAnnotation}: \"true\" to take them over.", e);
        }
        catch (KubeStatusException e)
        {
            throw new ProviderException(Sentence(e.Message), e);
        }
    }

    private static string Sentence(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}

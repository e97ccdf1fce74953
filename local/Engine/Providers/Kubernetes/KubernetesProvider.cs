using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Scalelab.Engine.Events;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Providers.Kubernetes.Awaiting;

namespace Scalelab.Engine.Providers.Kubernetes;

/// <summary>
/// Objects of any kind of one cluster. They are applied on the server under one fixed field manager, so that what others own (an
/// autoscaler's replicas, say) stays theirs, and then waited for until they are ready. What an update would do, the server is asked too.
/// </summary>
internal sealed class KubernetesProvider : IProvider
{
    private const string FieldManager = "pulumi-kubernetes";
    private const string DecodeYaml = "kubernetes:yaml:decode";

    private readonly KubeCluster _cluster;
    private readonly KubeObjects _objects;
    private readonly Foresight _foresight;
    private readonly InputChecks _checks;
    private readonly KubernetesConfig _config;
    private readonly ProviderContext _context;

    public KubernetesProvider(KubernetesConfig config, ProviderContext context)
    {
        _config = config;
        _context = context;
        _cluster = new KubeCluster(config, context);
        _objects = new KubeObjects(_cluster, config);
        _foresight = new Foresight(_cluster, _objects);
        _checks = new InputChecks(_cluster, config);
    }

    private KubeConnection Connection => _cluster.Connection;

    public Task<CheckResult> CheckAsync(CheckRequest request, CancellationToken cancellationToken) => _checks.RunAsync(request, cancellationToken);

    public async Task<DiffResult> DiffAsync(DiffRequest request, CancellationToken cancellationToken)
    {
        var newInputs = Declared.Normalize(request.NewInputs).Revealed;
        var oldInputs = Settled(request.Id, Declared.Normalize(request.OldInputs).Revealed, newInputs);
        // Two objects of one name cannot be side by side; one whose name the engine chose gets another.
        var sameName = Declared.Metadata(oldInputs, "name") == Declared.Metadata(newInputs, "name") && Declared.Metadata(oldInputs, "namespace") == Declared.Metadata(newInputs, "namespace");
        var none = DiffResult.None with { DeleteBeforeReplace = sameName && !Declared.IsAutonamed(newInputs), Differences = [] };
        if (oldInputs.Equals(newInputs))
        {
            return none;
        }

        var (apiVersion, kind) = Declared.KindOf(request.Urn, newInputs);
        IReadOnlyList<PropertyPath> immutable = [.. Declared.IsPatch(request.Urn, kind) ? ImmutableFields.OfPatch() : ImmutableFields.Of(newInputs, apiVersion, kind, _config)];
        var differences = PropertyDiff.Compare(oldInputs, newInputs);
        var manager = ManagerOf(request.Urn, newInputs, request.OldOutputs);
        if (sameName && await _foresight.ChangeAsync(request.Urn, request.Id, newInputs, request.IgnoreChanges, manager, cancellationToken) is { } foretold)
        {
            differences = foretold.Object is null ? differences : DryRunDiff.Compare(foretold.Live, foretold.Object, oldInputs, newInputs, manager);
            immutable = [.. immutable, .. foretold.Immutable];
        }

        return none with
        {
            HasChanges = differences.Count > 0,
            Differences = differences,
            ReplacePaths = ImmutableFields.Among(differences, immutable),
        };
    }

    public async Task<CreateResult> CreateAsync(CreateRequest request, CancellationToken cancellationToken)
    {
        var manager = ManagerOf(request.Urn, request.Inputs, PropertyMap.Empty);
        if (request.Preview)
        {
            var foretold = await _foresight.CreationAsync(request.Urn, request.Inputs, manager, cancellationToken);
            return new CreateResult("", foretold is null ? request.Inputs : Checkpoint.Foretold(foretold, request.Inputs, manager, isNew: true));
        }

        await _cluster.RequireAsync(cancellationToken);
        var body = PlainJson.ToJson(request.Inputs);
        var (path, id) = await _objects.LocateAsync(request.Urn, request.Inputs, cancellationToken);
        var isPatch = Declared.IsPatch(request.Urn, body.Text("kind") ?? "");
        var applied = await KubeErrors.GuardAsync(async () =>
        {
            // Applying would silently take over an object that somebody else made.
            return isPatch || await Connection.FindAsync(path, cancellationToken) is null
                ? await _objects.ApplyAsync(path, body, manager, isDryRun: false, cancellationToken)
                : throw new ProviderException($"{Describe(body)} exists already and is not this stack's. Delete it, or give this one another name.");
        });
        return new CreateResult(id, await AwaitAsync(request.Urn, id, path, applied, request.Inputs, manager, request.Timeout, cancellationToken));
    }

    public async Task<ReadResult?> ReadAsync(ReadRequest request, CancellationToken cancellationToken)
    {
        if (await _cluster.FindOutageAsync(cancellationToken) is { } outage)
        {
            return IsTakenForGone(outage, request.Urn) ? null : throw Unreachable(outage);
        }

        var (apiVersion, kind) = Declared.KindOf(request.Urn, request.Inputs.Count > 0 ? request.Inputs : request.Outputs);
        if (await _cluster.FindKindAsync(apiVersion, kind, cancellationToken) is not { } resource)
        {
            return null;
        }

        var live = await KubeErrors.GuardAsync(() => Connection.FindAsync(_objects.PathOf(apiVersion, resource, request.Id), cancellationToken));
        if (live is null)
        {
            return null;
        }

        var inputs = Declared.Normalize(request.Inputs.Count > 0 ? LiveInputs.Restrict(live, Declared.Normalize(request.Inputs).Revealed) : LiveInputs.Of(live));
        return new ReadResult(request.Id, Checkpoint.Of(live, inputs, ManagerOf(request.Urn, inputs, request.Outputs))) { Inputs = inputs };
    }

    public async Task<PropertyMap> UpdateAsync(UpdateRequest request, CancellationToken cancellationToken)
    {
        var manager = ManagerOf(request.Urn, request.NewInputs, request.OldOutputs);
        if (request.Preview)
        {
            var foretold = await _foresight.UpdateAsync(request, manager, cancellationToken);
            return foretold is null ? request.NewInputs : Checkpoint.Foretold(foretold, request.NewInputs, manager, isNew: false);
        }

        await _cluster.RequireAsync(cancellationToken);
        var (path, _) = await _objects.LocateAsync(request.Urn, request.NewInputs, cancellationToken);
        var applied = await KubeErrors.GuardAsync(
            () => _objects.UpdateAsync(request.Urn, path, request.NewInputs, request.IgnoreChanges, manager, isDryRun: false, cancellationToken));
        var outputs = await AwaitAsync(request.Urn, request.Id, path, applied, request.NewInputs, manager, request.Timeout, cancellationToken);
        if (Checkpoint.FieldManager(request.OldOutputs) is { } before && before != manager)
        {
            await KubeErrors.GuardAsync(() => _objects.RelinquishAsync(path, applied, before, cancellationToken));
        }

        return outputs;
    }

    public async Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken)
    {
        if (await _cluster.FindOutageAsync(cancellationToken) is { } outage)
        {
            if (!IsTakenForGone(outage, request.Urn))
            {
                throw Unreachable(outage);
            }

            return;
        }

        var (apiVersion, kind) = Declared.KindOf(request.Urn, request.Inputs);
        try
        {
            if (await _cluster.FindKindAsync(apiVersion, kind, cancellationToken) is not { } resource)
            {
                return;
            }

            var path = _objects.PathOf(apiVersion, resource, request.Id);
            if (Declared.IsPatch(request.Urn, kind))
            {
                await KubeErrors.GuardAsync(() => _objects.RelinquishAsync(path, PlainJson.ToJson(request.Inputs), ManagerOf(request.Urn, request.Inputs, request.Outputs), cancellationToken));
                return;
            }

            var options = new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "DeleteOptions",
                ["propagationPolicy"] = Propagation(request.Inputs),
            };
            await KubeErrors.GuardAsync(() => Connection.DeleteAsync(path, options, cancellationToken));
            await KubeErrors.GuardAsync(() => new Awaiter(Connection, _context, request.Urn).UntilGoneAsync(path, PlainJson.ToJson(request.Inputs), request.Timeout, cancellationToken));
        }
        catch (ProviderException e) when (e.InnerException is KubeStatusException { Code: HttpStatusCode.NotFound })
        {
            // Gone already, which is what was asked for.
        }
        catch (ProviderException e) when (e.InnerException is KubeUnreachableException lost && IsTakenForGone(lost, request.Urn))
        {
            // It went while its objects were deleted.
        }
    }

    public Task<InvokeResult> InvokeAsync(string token, PropertyMap arguments, CancellationToken cancellationToken) => token == DecodeYaml
        ? DecodeAsync(arguments, cancellationToken)
        : throw new ProviderException($"The function {token} is not supported by the embedded engine. Declare the objects as resources, or run the program with the Pulumi CLI.");

    public string? FindId(Urn urn, PropertyMap inputs) => (Declared.Metadata(inputs, "namespace"), Declared.Metadata(inputs, "name")) switch
    {
        (_, null) => null,
        (null, { } name) => name,
        var (ns, name) => $"{ns}/{name}",
    };

    public ValueTask DisposeAsync()
    {
        _cluster.Dispose();
        return ValueTask.CompletedTask;
    }

    // A kind that was not known when its first object was checked got no namespace then, though the object got one.
    private static PropertyMap Settled(string id, PropertyMap oldInputs, PropertyMap newInputs)
    {
        var slash = id.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && Declared.Metadata(newInputs, "namespace") == id[..slash] && oldInputs.Find("metadata") is PropertyMap metadata && !metadata.ContainsKey("namespace")
            ? oldInputs.With("metadata", metadata.With("namespace", id[..slash]))
            : oldInputs;
    }

    // A patch needs a manager of its own: two of one name would take each other's fields away.
    private static string ManagerOf(Urn urn, PropertyMap inputs, PropertyMap oldOutputs) =>
        Declared.Annotation(inputs, Annotations.PatchFieldManager)
        ?? Checkpoint.FieldManager(oldOutputs)
        ?? (Declared.IsPatch(urn, Declared.KindOf(urn, inputs).Kind)
            ? $"{FieldManager}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(urn.Value)))[..8]}"
            : FieldManager);

    // Kinds that the cluster does not know yet are taken for namespaced.
    private async Task<InvokeResult> DecodeAsync(PropertyMap arguments, CancellationToken cancellationToken)
    {
        var objects = Manifests.Read(arguments.FindText("text") ?? "");
        if (arguments.FindText("defaultNamespace") is { Length: > 0 } ns)
        {
            foreach (var item in objects.Where(item => item.Text("metadata", "namespace") is null))
            {
                if (await _cluster.FindKindAsync(item.Text("apiVersion")!, item.Text("kind")!, cancellationToken) is null or { Namespaced: true })
                {
                    item["metadata"] ??= new JsonObject();
                    item["metadata"]!["namespace"] = ns;
                }
            }
        }

        return new InvokeResult(new PropertyMap([KeyValuePair.Create("result", (PropertyValue)new ListValue([.. objects.Select(PlainJson.FromJson)]))]), []);
    }

    private static string Propagation(PropertyMap inputs) => Declared.Annotation(inputs, Annotations.DeletionPropagation)?.ToUpperInvariant() switch
    {
        "BACKGROUND" => "Background",
        "ORPHAN" => "Orphan",
        // So that an object that is gone has taken its pods with it.
        _ => "Foreground",
    };

    private static string Describe(JsonObject item) => $"{item.Text("kind")} {(item.Text("metadata", "namespace") is { } ns ? $"{ns}/" : "")}{item.Name()}";

    private async Task<PropertyMap> AwaitAsync(
        Urn urn, string id, string path, JsonObject applied, PropertyMap inputs, string manager, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var awaiter = new Awaiter(Connection, _context, urn);
        var live = applied;
        string reason;
        try
        {
            live = await awaiter.UntilReadyAsync(path, applied, timeout, cancellationToken);
            return Checkpoint.Of(live, inputs, manager);
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

        throw new PartialFailureException(id, Checkpoint.Of(live, inputs, manager), [reason]);
    }

    private bool IsTakenForGone(KubeUnreachableException outage, Urn urn)
    {
        if (!outage.MayBeGone || !_config.DeleteUnreachable)
        {
            return false;
        }

        _context.Log(DiagnosticSeverity.Warning, $"The cluster does not exist any more as far as can be seen, and so '{urn.Name}' is taken for deleted (deleteUnreachable).", urn);
        return true;
    }

    private static ProviderException Unreachable(KubeUnreachableException outage)
    {
        var explained = KubeErrors.Explain(outage).Message;
        return outage.MayBeGone
            ? new ProviderException($"{explained}\nIf the cluster does not exist any more, take what it held out of the state with --delete-unreachable.", outage)
            : new ProviderException($"{explained}\nSomething is there, so that nothing is taken for deleted.", outage);
    }
}

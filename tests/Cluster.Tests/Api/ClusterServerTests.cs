using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace Scalelab.Cluster.Tests.Api;

/// <summary>The API over real TLS, through the official client and plain HTTP.</summary>
public sealed class ClusterServerTests(RunningCluster cluster) : IClassFixture<RunningCluster>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IKubernetes Client => cluster.Client;

    [Fact]
    public async Task Create_ThenRead_GivesTheObjectWithWhatTheServerAdds()
    {
        var space = await NamespaceAsync();

        var created = await Client.CoreV1.CreateNamespacedConfigMapAsync(ConfigMap("a"), space, cancellationToken: Cancellation);
        var read = await Client.CoreV1.ReadNamespacedConfigMapAsync("a", space, cancellationToken: Cancellation);

        Assert.NotEmpty(created.Metadata.Uid);
        Assert.Equal(created.Metadata.ResourceVersion, read.Metadata.ResourceVersion);
        Assert.Equal("v", read.Data["k"]);
        Assert.Equal(space, read.Metadata.NamespaceProperty);
    }

    [Fact]
    public async Task Create_WithAGenerateName_DrawsASuffix()
    {
        var space = await NamespaceAsync();
        var value = ConfigMap("");
        (value.Metadata.Name, value.Metadata.GenerateName) = (null, "draw-");

        var created = await Client.CoreV1.CreateNamespacedConfigMapAsync(value, space, cancellationToken: Cancellation);

        Assert.Matches("^draw-[bcdfghjklmnpqrstvwxz2456789]{5}$", created.Metadata.Name);
    }

    [Fact]
    public async Task Create_OfATakenName_IsAlreadyExists()
    {
        var space = await NamespaceAsync();
        await Client.CoreV1.CreateNamespacedConfigMapAsync(ConfigMap("a"), space, cancellationToken: Cancellation);

        var error = await Assert.ThrowsAsync<HttpOperationException>(() => Client.CoreV1.CreateNamespacedConfigMapAsync(ConfigMap("a"), space, cancellationToken: Cancellation));

        Assert.Equal(HttpStatusCode.Conflict, error.Response.StatusCode);
        Assert.Contains("configmaps \\\"a\\\" already exists", error.Response.Content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_InAMissingNamespace_IsNotFound()
    {
        var error = await Assert.ThrowsAsync<HttpOperationException>(() => Client.CoreV1.CreateNamespacedConfigMapAsync(ConfigMap("a"), "nowhere", cancellationToken: Cancellation));

        Assert.Equal(HttpStatusCode.NotFound, error.Response.StatusCode);
        Assert.Contains("namespaces \\\"nowhere\\\" not found", error.Response.Content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_AsADryRun_StoresNothing()
    {
        var space = await NamespaceAsync();

        var created = await Client.CoreV1.CreateNamespacedConfigMapAsync(ConfigMap("dry"), space, dryRun: "All", cancellationToken: Cancellation);

        Assert.Null(created.Metadata.ResourceVersion);
        var error = await Assert.ThrowsAsync<HttpOperationException>(() => Client.CoreV1.ReadNamespacedConfigMapAsync("dry", space, cancellationToken: Cancellation));
        Assert.Equal(HttpStatusCode.NotFound, error.Response.StatusCode);
    }

    [Fact]
    public async Task Replace_WithAStaleResourceVersion_IsRejectedWithConflict()
    {
        var space = await NamespaceAsync();
        var first = await Client.CoreV1.CreateNamespacedConfigMapAsync(ConfigMap("a"), space, cancellationToken: Cancellation);
        first.Data["k"] = "2";
        await Client.CoreV1.ReplaceNamespacedConfigMapAsync(first, "a", space, cancellationToken: Cancellation);

        var error = await Assert.ThrowsAsync<HttpOperationException>(() => Client.CoreV1.ReplaceNamespacedConfigMapAsync(first, "a", space, cancellationToken: Cancellation));

        Assert.Contains(
            "Operation cannot be fulfilled on configmaps \\\"a\\\": the object has been modified; please apply your changes to the latest version and try again",
            error.Response.Content,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReplaceStatus_LeavesTheSpecAlone()
    {
        var space = await NamespaceAsync();
        var deployment = await Client.AppsV1.CreateNamespacedDeploymentAsync(Deployment("d"), space, cancellationToken: Cancellation);
        var (replicas, generation) = (deployment.Spec.Replicas, deployment.Metadata.Generation);
        deployment.Metadata.ResourceVersion = null;
        deployment.Spec.Replicas = 7;
        deployment.Status = new V1DeploymentStatus { ObservedGeneration = 1, Replicas = 3 };

        var updated = await Client.AppsV1.ReplaceNamespacedDeploymentStatusAsync(deployment, "d", space, cancellationToken: Cancellation);

        Assert.Equal(replicas, updated.Spec.Replicas);
        Assert.Equal(generation, updated.Metadata.Generation);
        Assert.Equal(3, updated.Status.Replicas);
    }

    [Fact]
    public async Task Scale_ChangesReplicasAndCountsAGeneration()
    {
        var space = await NamespaceAsync();
        await Client.AppsV1.CreateNamespacedDeploymentAsync(Deployment("d"), space, cancellationToken: Cancellation);

        var patch = new V1Patch("""{"spec":{"replicas":4}}""", V1Patch.PatchType.MergePatch);
        var scale = await Client.AppsV1.PatchNamespacedDeploymentScaleAsync(patch, "d", space, cancellationToken: Cancellation);

        Assert.Equal(4, scale.Spec.Replicas);
        var deployment = await Client.AppsV1.ReadNamespacedDeploymentAsync("d", space, cancellationToken: Cancellation);
        Assert.Equal((4, 2L), (deployment.Spec.Replicas, deployment.Metadata.Generation));
    }

    [Fact]
    public async Task Apply_ByTwoManagersOfOneField_IsAConflictUntilForced()
    {
        var space = await NamespaceAsync();
        V1Patch Patch(string value) => new($$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"k":"{{{value}}}"}}""", V1Patch.PatchType.ApplyPatch);
        await Client.CoreV1.PatchNamespacedConfigMapAsync(Patch("1"), "a", space, fieldManager: "one", cancellationToken: Cancellation);

        var error = await Assert.ThrowsAsync<HttpOperationException>(() => Client.CoreV1.PatchNamespacedConfigMapAsync(Patch("2"), "a", space, fieldManager: "two", cancellationToken: Cancellation));
        var forced = await Client.CoreV1.PatchNamespacedConfigMapAsync(Patch("2"), "a", space, fieldManager: "two", force: true, cancellationToken: Cancellation);

        Assert.Contains("conflict with \\\"one\\\": .data.k", error.Response.Content, StringComparison.Ordinal);
        Assert.Equal("2", forced.Data["k"]);
        Assert.Equal(["two"], forced.Metadata.ManagedFields.Select(entry => entry.Manager));
    }

    [Fact]
    public async Task List_InPages_GivesEveryObjectOnceAsOfTheFirstPage()
    {
        var space = await NamespaceAsync();
        for (var index = 0; index < 5; index++)
        {
            await Client.CoreV1.CreateNamespacedSecretAsync(new V1Secret { Metadata = new V1ObjectMeta { Name = $"s{index}" } }, space, cancellationToken: Cancellation);
        }

        var first = await Client.CoreV1.ListNamespacedSecretAsync(space, limit: 2, cancellationToken: Cancellation);
        await Client.CoreV1.DeleteNamespacedSecretAsync("s3", space, cancellationToken: Cancellation);
        var names = first.Items.Select(item => item.Metadata.Name).ToList();
        var token = first.Metadata.ContinueProperty;
        Assert.Equal(3, first.Metadata.RemainingItemCount);
        while (!string.IsNullOrEmpty(token))
        {
            var page = await Client.CoreV1.ListNamespacedSecretAsync(space, limit: 2, continueParameter: token, cancellationToken: Cancellation);
            Assert.Equal(first.Metadata.ResourceVersion, page.Metadata.ResourceVersion);
            names.AddRange(page.Items.Select(item => item.Metadata.Name));
            token = page.Metadata.ContinueProperty;
        }

        Assert.Equal(["s0", "s1", "s2", "s3", "s4"], names);
    }

    [Fact]
    public async Task Watch_FromAListsRevision_SeesWhatHappensAfterIt()
    {
        var space = await NamespaceAsync();
        var list = await Client.CoreV1.ListNamespacedSecretAsync(space, cancellationToken: Cancellation);
        var secret = await Client.CoreV1.CreateNamespacedSecretAsync(new V1Secret { Metadata = new V1ObjectMeta { Name = "s" } }, space, cancellationToken: Cancellation);
        await Client.CoreV1.DeleteNamespacedSecretAsync("s", space, cancellationToken: Cancellation);

        var events = new List<(WatchEventType, string)>();
        await foreach (var (type, item) in Client.CoreV1.WatchListNamespacedSecretAsync(space, resourceVersion: list.Metadata.ResourceVersion, timeoutSeconds: 30, cancellationToken: Cancellation))
        {
            events.Add((type, item.Metadata.Uid));
            if (events.Count == 2)
            {
                break;
            }
        }

        Assert.Equal([(WatchEventType.Added, secret.Metadata.Uid), (WatchEventType.Deleted, secret.Metadata.Uid)], events);
    }

    [Fact]
    public async Task Delete_OfAnOwner_TakesItsDependentsAlong()
    {
        var space = await NamespaceAsync();
        var owner = await Client.CoreV1.CreateNamespacedConfigMapAsync(ConfigMap("owner"), space, cancellationToken: Cancellation);
        var child = ConfigMap("child");
        child.Metadata.OwnerReferences = [new V1OwnerReference { ApiVersion = "v1", Kind = "ConfigMap", Name = "owner", Uid = owner.Metadata.Uid }];
        var created = await Client.CoreV1.CreateNamespacedConfigMapAsync(child, space, cancellationToken: Cancellation);

        await Client.CoreV1.DeleteNamespacedConfigMapAsync("owner", space, cancellationToken: Cancellation);

        await GoneAsync(space, created);
    }

    [Fact]
    public async Task Delete_OfANamespace_EmptiesItFirst()
    {
        var space = await NamespaceAsync();
        var created = await Client.CoreV1.CreateNamespacedConfigMapAsync(ConfigMap("a"), space, cancellationToken: Cancellation);

        await Client.CoreV1.DeleteNamespaceAsync(space, cancellationToken: Cancellation);

        await GoneAsync(space, created);
        var phases = new List<string>();
        await foreach (var (type, item) in Client.CoreV1.WatchListNamespaceAsync(
            fieldSelector: $"metadata.name={space}", resourceVersion: created.Metadata.ResourceVersion, timeoutSeconds: 60, cancellationToken: Cancellation))
        {
            phases.Add(item.Status.Phase);
            if (type == WatchEventType.Deleted)
            {
                break;
            }
        }

        Assert.All(phases, phase => Assert.Equal("Terminating", phase));
    }

    [Fact]
    public async Task Services_GetDistinctAddressesAndNodePortsFromTheRanges()
    {
        var space = await NamespaceAsync();
        V1Service Service(string name) => new()
        {
            Metadata = new V1ObjectMeta { Name = name },
            Spec = new V1ServiceSpec { Type = "NodePort", Ports = [new V1ServicePort { Port = 80 }] },
        };

        var first = await Client.CoreV1.CreateNamespacedServiceAsync(Service("a"), space, cancellationToken: Cancellation);
        var second = await Client.CoreV1.CreateNamespacedServiceAsync(Service("b"), space, cancellationToken: Cancellation);

        Assert.StartsWith("10.96.", first.Spec.ClusterIP, StringComparison.Ordinal);
        Assert.NotEqual(first.Spec.ClusterIP, second.Spec.ClusterIP);
        Assert.InRange(first.Spec.Ports[0].NodePort!.Value, 30000, 32767);
        Assert.NotEqual(first.Spec.Ports[0].NodePort, second.Spec.Ports[0].NodePort);
    }

    [Fact]
    public async Task ARequest_WithoutCredentials_IsForbidden_AndWithABadTokenUnauthorized()
    {
        using var anonymous = await cluster.Anonymous.GetAsync(new Uri("/api/v1/namespaces", UriKind.Relative), Cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/v1/namespaces", UriKind.Relative));
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer nonsense");
        using var bad = await cluster.Anonymous.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.Forbidden, anonymous.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, bad.StatusCode);
    }

    [Fact]
    public async Task Health_IsOpenToEverybody()
    {
        Assert.Equal("ok", await cluster.Anonymous.GetStringAsync(new Uri("/readyz", UriKind.Relative), Cancellation));
        var version = await cluster.Anonymous.GetFromJsonAsync<JsonObject>(new Uri("/version", UriKind.Relative), Cancellation);
        Assert.Equal("v1.36.2", (string?)version!["gitVersion"]);
    }

    [Fact]
    public async Task Discovery_IsWhatTheOfficialClientUnderstands()
    {
        var resources = await Client.AppsV1.GetAPIResourcesAsync(Cancellation);

        var deployments = resources.Resources.Single(resource => resource.Name == "deployments");
        Assert.Contains("deploy", deployments.ShortNames);
        Assert.Contains("watch", deployments.Verbs);
    }

    [Fact]
    public void Kubeconfig_IsForItsOwnerAlone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes.");
            return;
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(cluster.KubeconfigPath));
    }

    private static V1ConfigMap ConfigMap(string name) => new() { Metadata = new V1ObjectMeta { Name = name }, Data = new Dictionary<string, string> { ["k"] = "v" } };

    private static V1Deployment Deployment(string name) => new()
    {
        Metadata = new V1ObjectMeta { Name = name },
        Spec = new V1DeploymentSpec
        {
            Replicas = 0,
            Paused = true,
            Selector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["app"] = name } },
            Template = new V1PodTemplateSpec
            {
                Metadata = new V1ObjectMeta { Labels = new Dictionary<string, string> { ["app"] = name } },
                Spec = new V1PodSpec { Containers = [new V1Container { Name = "main", Image = "none:1" }] },
            },
        },
    };

    private async Task<string> NamespaceAsync()
    {
        var value = new V1Namespace { Metadata = new V1ObjectMeta { GenerateName = "test-" } };
        return (await Client.CoreV1.CreateNamespaceAsync(value, cancellationToken: Cancellation)).Metadata.Name;
    }

    /// <summary>Waits for the deletion of an object, from its revision on.</summary>
    private async Task GoneAsync(string space, V1ConfigMap item)
    {
        var events = Client.CoreV1.WatchListNamespacedConfigMapAsync(
            space, fieldSelector: $"metadata.name={item.Metadata.Name}", resourceVersion: item.Metadata.ResourceVersion, timeoutSeconds: 60, cancellationToken: Cancellation);
        await foreach (var (type, _) in events)
        {
            if (type == WatchEventType.Deleted)
            {
                return;
            }
        }

        Assert.Fail($"{item.Metadata.Name} was not deleted within a minute.");
    }
}

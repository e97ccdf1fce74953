using System.Globalization;
using System.Text.Json.Nodes;
using k8s.Models;
using Scalelab.Cluster.Api.Http;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Api.Selectors;

namespace Scalelab.Cluster.Api.Pods;

/// <summary><c>pods/eviction</c>: a deletion that disruption budgets may refuse.</summary>
internal sealed class PodEviction() : PodAction(Definition), IDisposable
{
    private const string Budgets = "policy/poddisruptionbudgets";

    private static readonly ResourceDefinition Definition = new()
    {
        Group = "policy",
        Version = "v1",
        Kind = "Eviction",
        Plural = "evictions",
        Singular = "eviction",
        ModelType = typeof(V1Eviction),
    };

    /// <summary>One eviction at a time: each has to see what the one before took from the budget.</summary>
    private readonly SemaphoreSlim _turn = new(1, 1);

    public void Dispose() => _turn.Dispose();

    protected override async Task PerformAsync(ResourceRequest request, JsonObject value, WriteRequest write)
    {
        if (value.Name() is { Length: > 0 } name && name != request.Path.Name)
        {
            throw ApiErrors.BadRequest("name in URL does not match name in Eviction object");
        }

        var options = value.Object("deleteOptions");
        var delete = WriteOptionsReader.ReadDelete(request, options) with { DryRun = write.DryRun || options.Array("dryRun") is { Count: > 0 } };
        await _turn.WaitAsync(request.Cancellation);
        try
        {
            await EvictAsync(request, delete, write);
        }
        finally
        {
            _turn.Release();
        }
    }

    private static async Task EvictAsync(ResourceRequest request, DeleteRequest delete, WriteRequest write)
    {
        var service = request.Service;
        var definition = service.Catalog.Current.Of(typeof(V1Pod));
        var pod = ObjectJson.Parse(service.Get(definition, request.Path.Namespace, request.Path.Name));
        if (!IgnoresBudgets(pod))
        {
            await TakeFromBudgetAsync(request, pod, write with { DryRun = delete.DryRun });
        }

        if (!delete.DryRun)
        {
            // What would refuse the deletion refuses it before the pod is marked.
            await service.DeleteAsync(definition, request.Path.Namespace, request.Path.Name, delete with { DryRun = true }, request.Cancellation);
            await service.UpdateAsync(
                definition,
                request.Path.Namespace,
                request.Path.Name,
                live => Mark(live ?? throw ApiErrors.NotFound(definition, request.Path.Name), request.Now),
                write with { Subresource = "status" },
                request.Cancellation);

            // The mark made a new version of the pod.
            delete = delete with { PreconditionResourceVersion = null };
        }

        await service.DeleteAsync(definition, request.Path.Namespace, request.Path.Name, delete, request.Cancellation);
    }

    /// <summary>Says in the pod's status why it is going to end.</summary>
    private static JsonObject Mark(JsonObject pod, DateTimeOffset now)
    {
        StatusConditions.Put(pod, new JsonObject
        {
            ["type"] = "DisruptionTarget",
            ["status"] = "True",
            ["lastProbeTime"] = null,
            ["lastTransitionTime"] = ResourceService.Format(now),
            ["reason"] = "EvictionByEvictionAPI",
            ["message"] = "Eviction API: evicting",
        });
        return pod;
    }

    /// <summary>A pod that does not run, or is on its way out, takes nothing from a budget.</summary>
    private static bool IgnoresBudgets(JsonObject pod) =>
        pod.Object("status").Text("phase") is "Succeeded" or "Failed" or "Pending" || pod.Metadata()["deletionTimestamp"] is not null;

    private static async Task TakeFromBudgetAsync(ResourceRequest request, JsonObject pod, WriteRequest write)
    {
        var service = request.Service;
        var budgets = service.Store.State.List(Budgets, request.Path.Namespace).Where(item => Selects(ObjectJson.Parse(item), pod)).ToList();
        if (budgets.Count > 1)
        {
            throw ApiErrors.Plain("This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
        }

        if (budgets.Count == 0)
        {
            return;
        }

        var isReady = (pod.Object("status").Array("conditions") ?? []).Any(condition => condition.Text("type") == "Ready" && condition.Text("status") == "True");
        var budget = ObjectJson.Parse(budgets[0]);
        if (!isReady && MayGoUnready(budget))
        {
            return;
        }

        var definition = service.Catalog.Current.Stored("policy", "poddisruptionbudgets")!;
        await service.UpdateAsync(
            definition,
            request.Path.Namespace,
            budgets[0].Key.Name,
            live => Take(live ?? throw ApiErrors.NotFound(definition, budgets[0].Key.Name), request),
            write with { Subresource = "status" },
            request.Cancellation);
    }

    private static bool MayGoUnready(JsonObject budget) =>
        budget.Object("spec").Text("unhealthyPodEvictionPolicy") == "AlwaysAllow"
        || (budget.Object("status").Number("currentHealthy") >= budget.Object("status").Number("desiredHealthy") && budget.Object("status").Number("desiredHealthy") > 0);

    private static JsonObject Take(JsonObject budget, ResourceRequest request)
    {
        var (name, status) = (budget.Name(), budget.Object("status") ?? []);
        if ((status.Number("observedGeneration") ?? 0) < (budget.Metadata().Number("generation") ?? 0))
        {
            throw Refused(10, $"The disruption budget {name} is still being processed by the server.");
        }

        var allowed = status.Number("disruptionsAllowed") ?? 0;
        if (allowed <= 0)
        {
            throw Refused(0, WhyNot(budget, status));
        }

        status["disruptionsAllowed"] = allowed - 1;
        if (status["disruptedPods"] is not JsonObject disrupted)
        {
            disrupted = [];
            status["disruptedPods"] = disrupted;
        }

        disrupted[request.Path.Name] = ResourceService.Format(request.Now);
        return budget;
    }

    private static string WhyNot(JsonObject budget, JsonObject status) =>
        StatusConditions.Find(budget, "DisruptionAllowed") is { } condition && condition.Text("status") == "False" && condition.Text("reason") == "SyncFailed"
            ? $"The disruption budget {budget.Name()} does not allow evicting pods currently because it failed sync: {condition.Text("message")}"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"The disruption budget {budget.Name()} needs {status.Number("desiredHealthy") ?? 0} healthy pods and has {status.Number("currentHealthy") ?? 0} currently");

    private static ApiException Refused(int retryAfterSeconds, string message) => ApiErrors.TooManyRequests(
        "Cannot evict pod as it would violate the pod's disruption budget.", retryAfterSeconds, new V1StatusCause { Reason = "DisruptionBudget", Message = message });

    private static bool Selects(JsonObject budget, JsonObject pod) =>
        budget.Object("spec").Object("selector") is { } selector && ObjectSelector.Parse(selector).Matches(pod.Metadata().Object("labels"));
}

using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using k8s.Models;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>Jobs.</summary>
internal static class JobDefinition
{
    private const string Prefix = "batch.kubernetes.io/";

    public static ResourceDefinition Instance { get; } = new()
    {
        Group = "batch",
        Version = "v1",
        Kind = "Job",
        Plural = "jobs",
        Singular = "job",
        Categories = ["all"],
        ModelType = typeof(V1Job),
        HasStatus = true,
        TracksGeneration = true,
        OrphansByDefault = true,
        OrphanWarning = "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning",
        SelectableFields = ImmutableDictionary<string, Func<JsonObject, string>>.Empty.Add(
            "status.successful", static resource => resource.Number("status", "succeeded").ToString(CultureInfo.InvariantCulture)),
        Default = static resource => Default(resource.Need("spec")),
        PrepareForCreate = PrepareForCreate,
        Validate = JobValidation.Validate,
        Columns =
        [
            Columns.Name,
            Columns.Text("Status", static resource => Status(resource)),
            Columns.Text("Completions", static resource => Completions(resource)),
            new TableColumn("Duration", "string", "", 0, static (resource, now) => Duration(resource, now)),
            Columns.Age,
            .. Columns.Template("spec", "template"),
            Columns.Selector,
        ],
    };

    /// <summary>The defaults of a job's spec, which a cron job's template has too.</summary>
    public static void Default(JsonObject spec)
    {
        if (spec["completions"] is null && spec["parallelism"] is null)
        {
            (spec["completions"], spec["parallelism"]) = (1, 1);
        }

        spec.Default("parallelism", 1);
        spec.Default("backoffLimit", 6);
        spec.Default("completionMode", "NonIndexed");
        spec.Default("suspend", false);
        spec.Default("podReplacementPolicy", spec["podFailurePolicy"] is null ? "TerminatingOrFailed" : "Failed");
        PodTemplateDefaults.Apply(spec.Need("template").Need("spec"));
    }

    /// <summary>Unless the author selects pods, a job's pods are found by its uid.</summary>
    private static void PrepareForCreate(JsonObject resource)
    {
        StatusReset.Empty(resource, ModelSchemas.Of<V1Job>());
        var spec = resource.Need("spec");
        if (spec.Flag("manualSelector"))
        {
            return;
        }

        var (uid, name) = (resource.Text("metadata", "uid"), resource.Text("metadata", "name"));
        var labels = spec.Need("template").Need("metadata").Need("labels");
        foreach (var (key, value) in ((string, string)[])[(Prefix + "controller-uid", uid), ("controller-uid", uid), (Prefix + "job-name", name), ("job-name", name)])
        {
            labels[key] = value;
        }

        spec.Need("selector").Need("matchLabels")[Prefix + "controller-uid"] = uid;
    }

    private static string Status(JsonObject resource)
    {
        bool Has(string type) => resource.Items("status", "conditions").Any(condition => condition.Text("type") == type && condition.Text("status") == "True");
        return Has("Complete") ? "Complete"
            : Has("Failed") ? "Failed"
            : resource.Text("metadata", "deletionTimestamp").Length > 0 ? "Terminating"
            : Has("Suspended") ? "Suspended"
            : Has("FailureTarget") ? "FailureTarget"
            : Has("SuccessCriteriaMet") ? "SuccessCriteriaMet"
            : "Running";
    }

    private static string Completions(JsonObject resource)
    {
        var succeeded = resource.Number("status", "succeeded");
        if (resource.OptionalNumber("spec", "completions") is { } wanted)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{succeeded}/{wanted}");
        }

        var parallelism = resource.Number("spec", "parallelism");
        return parallelism > 1 ? string.Create(CultureInfo.InvariantCulture, $"{succeeded}/1 of {parallelism}") : string.Create(CultureInfo.InvariantCulture, $"{succeeded}/1");
    }

    private static string Duration(JsonObject resource, DateTimeOffset now) => !Timestamps.TryParse(resource.Text("status", "startTime"), out var started)
        ? ""
        : Durations.Age((Timestamps.TryParse(resource.Text("status", "completionTime"), out var ended) ? ended : now) - started);
}

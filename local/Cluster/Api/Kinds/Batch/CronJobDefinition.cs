using System.Text.Json.Nodes;
using k8s.Models;
using Scalelab.Cluster.Controllers.CronJobs;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>Cron jobs.</summary>
internal static class CronJobDefinition
{
    private static readonly RuleSet Rules = new()
    {
        {
            "spec", Checks.Struct(new RuleSet
            {
                { "schedule", Checks.Needs(Schedule) },
                { "startingDeadlineSeconds", Checks.WhenGiven(Checks.NotNegative) },
                { "concurrencyPolicy", Checks.Needs(Checks.OneOf("Allow", "Forbid", "Replace")) },
                { "jobTemplate", place => Checks.Struct(JobValidation.Spec)(place.Field("spec")) },
                { "successfulJobsHistoryLimit", Checks.WhenGiven(Checks.NotNegative) },
                { "failedJobsHistoryLimit", Checks.WhenGiven(Checks.NotNegative) },
            })
        },
    };

    public static ResourceDefinition Instance { get; } = new()
    {
        Group = "batch",
        Version = "v1",
        Kind = "CronJob",
        Plural = "cronjobs",
        Singular = "cronjob",
        ShortNames = ["cj"],
        Categories = ["all"],
        ModelType = typeof(V1CronJob),
        HasStatus = true,
        TracksGeneration = true,
        Default = Default,
        PrepareForCreate = static resource => resource["status"] = new JsonObject(),
        Validate = static (_, resource, errors) => Rules.Check(resource, errors),
        Columns =
        [
            Columns.Name,
            Columns.Text("Schedule", static resource => resource.Text("spec", "schedule")),
            Columns.Text("Timezone", static resource => Columns.OrNone(resource.Text("spec", "timeZone"))),
            new TableColumn("Suspend", "boolean", "", 0, static (resource, _) => resource.Flag("spec", "suspend") ? "True" : "False"),
            Columns.Integer("Active", static resource => resource.Items("status", "active").Count()),
            new TableColumn("Last Schedule", "string", "", 0, static (resource, now) => resource.At("status", "lastScheduleTime") is { } last ? Columns.Since(last, now) : Columns.None),
            Columns.Age,
            .. Columns.Template("spec", "jobTemplate", "spec", "template"),
            Columns.Wide("Selector", static resource => Selectors.Print(resource.Struct("spec", "jobTemplate", "spec", "selector"))),
        ],
    };

    private static void Default(JsonObject resource)
    {
        var spec = resource.Need("spec");
        spec.Default("concurrencyPolicy", "Allow");
        spec.Default("suspend", false);
        spec.Default("successfulJobsHistoryLimit", 3);
        spec.Default("failedJobsHistoryLimit", 1);
        PodTemplateDefaults.Apply(spec.Need("jobTemplate").Need("spec").Need("template").Need("spec"));
    }

    private static void Schedule(Place place)
    {
        if (!CronSchedule.TryParse(place.Text, out _, out var problem))
        {
            place.Errors.Invalid(place.Path, place.Text, problem);
        }
    }
}

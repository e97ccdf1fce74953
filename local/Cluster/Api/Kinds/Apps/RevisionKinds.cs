using System.Globalization;
using System.Text.Json.Nodes;
using k8s.Models;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>What other kinds keep about their pods: revisions and templates.</summary>
internal static class RevisionKinds
{
    public static IEnumerable<ResourceDefinition> All =>
    [
        StoredKinds.Of(
            "apps",
            typeof(V1ControllerRevision),
            "controllerrevisions",
            Columns.Text("Controller", static resource => Owner(resource)),
            Columns.Text("Revision", static resource => resource.Number("revision").ToString(CultureInfo.InvariantCulture)),
            Columns.Age) with { Namespaced = true },
        StoredKinds.Of(
            "",
            typeof(V1PodTemplate),
            "podtemplates",
            [
                .. Columns.Template("template").Select(column => column with { Priority = 0 }),
                Columns.Text("Pod Labels", static resource => Columns.Labels(resource.At("template", "metadata", "labels"))),
            ]) with
        {
            Namespaced = true, ReturnsDeletedObject = true, TracksGeneration = true,
            Default = static resource => PodTemplateDefaults.Apply(resource.Need("template").Need("spec")),
        },
    ];

    private static string Owner(JsonObject resource)
    {
        if (resource.Items("metadata", "ownerReferences").FirstOrDefault(owner => owner.Flag("controller")) is not { } owner)
        {
            return Columns.None;
        }

        var version = owner.Text("apiVersion");
        var group = version.Contains('/', StringComparison.Ordinal) ? "." + version[..version.IndexOf('/', StringComparison.Ordinal)] : "";
        return $"{owner.Text("kind").ToLowerInvariant()}{group}/{owner.Text("name")}";
    }
}

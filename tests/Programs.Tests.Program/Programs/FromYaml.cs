using System.Collections.Immutable;
using Pulumi;
using Pulumi.Kubernetes.Core.V1;
using Pulumi.Kubernetes.Yaml;

namespace Scalelab.Programs.Tests.Program.Programs;

/// <summary>Manifests of others, changed a little on the way.</summary>
internal sealed class FromYaml : Stack
{
    public FromYaml()
    {
        var application = new ConfigFile("application", new ConfigFileArgs
        {
            File = Path.Combine(AppContext.BaseDirectory, "manifests.yaml"),
            Transformations = { OneReplica },
        });
        Ip = application.GetResource<Service>("from-yaml").Apply(service => service.Spec).Apply(spec => spec.ClusterIP);
        Replicas = application.GetResource<Pulumi.Kubernetes.Apps.V1.Deployment>("from-yaml").Apply(deployment => deployment.Spec).Apply(spec => spec.Replicas);

        var more = new ConfigGroup(
            "more",
            new ConfigGroupArgs
            {
                ResourcePrefix = "more",
                Yaml =
                {
                    """
                    apiVersion: v1
                    kind: ConfigMap
                    metadata: { name: from-text }
                    data: { mode: "0644", enabled: "yes" }
                    """,
                },
                Objs =
                {
                    new Dictionary<string, object>
                    {
                        ["apiVersion"] = "v1",
                        ["kind"] = "ConfigMap",
                        ["metadata"] = new Dictionary<string, object> { ["name"] = "from-object" }.ToImmutableDictionary(),
                        ["data"] = new Dictionary<string, object> { ["answer"] = "42" }.ToImmutableDictionary(),
                    }.ToImmutableDictionary(),
                },
            },
            new ComponentResourceOptions { DependsOn = { application } });
        Mode = more.GetResource<ConfigMap>("more-from-text").Apply(map => map.Data).Apply(data => data["mode"]);
        Name = more.GetResource<ConfigMap>("more-from-object").Apply(map => map.Urn);
    }

    [Output("ip")]
    public Output<string> Ip { get; set; }

    [Output("mode")]
    public Output<string> Mode { get; set; }

    [Output("replicas")]
    public Output<int> Replicas { get; set; }

    [Output("name")]
    public Output<string> Name { get; set; }

    private static ImmutableDictionary<string, object> OneReplica(ImmutableDictionary<string, object> item, CustomResourceOptions options)
    {
        if ((string)item["kind"] != "Deployment")
        {
            return item;
        }

        options.CustomTimeouts = new CustomTimeouts { Create = TimeSpan.FromMinutes(2) };
        var spec = (ImmutableDictionary<string, object>)item["spec"];
        return item.SetItem("spec", spec.SetItem("replicas", 1));
    }
}

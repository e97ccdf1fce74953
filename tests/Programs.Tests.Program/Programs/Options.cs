using Pulumi;
using Pulumi.Kubernetes.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;

namespace Scalelab.Programs.Tests.Program.Programs;

/// <summary>Options in every form: merged, inherited from a component, lists by initialiser and by conversion.</summary>
internal sealed class Options : Stack
{
    public Options()
    {
        var first = new ConfigMap("first", new ConfigMapArgs { Data = { ["n"] = "1" } });
        var shared = new CustomResourceOptions
        {
            DependsOn = first,
            DeleteBeforeReplace = true,
            CustomTimeouts = new CustomTimeouts { Create = TimeSpan.FromMinutes(1), Update = TimeSpan.FromSeconds(90), Delete = TimeSpan.FromMinutes(1) },
        };
        var second = new ConfigMap("second", new ConfigMapArgs { Data = { ["n"] = "2" } }, CustomResourceOptions.Merge(shared, new CustomResourceOptions { IgnoreChanges = { "metadata.annotations" } }));
        var group = new Group("group", new ComponentResourceOptions { DependsOn = { second } });
        var last = new ConfigMap(
            "last",
            new ConfigMapArgs { Metadata = new ObjectMetaArgs { Name = "last" }, Data = { { "n", "4" } } },
            new CustomResourceOptions { DependsOn = new List<Resource> { first, group }, ReplaceOnChanges = { "data.n" }, HideDiffs = { "data" } });
        Order = Output.All(first.Id, second.Id, group.Inner.Id, last.Id).Apply(ids => ids.Length);
        LastUrn = last.Urn;
    }

    [Output("order")]
    public Output<int> Order { get; set; }

    [Output("lastUrn")]
    public Output<string> LastUrn { get; set; }

    private sealed class Group : ComponentResource
    {
        public Group(string name, ComponentResourceOptions options)
            : base("example:index:Group", name, ComponentResourceOptions.Merge(options, new ComponentResourceOptions { Protect = false }))
        {
            Inner = new ConfigMap($"{name}-inner", new ConfigMapArgs { BinaryData = { ["b"] = "AAEC" } }, new CustomResourceOptions { Parent = this });
            RegisterOutputs();
        }

        public ConfigMap Inner { get; }
    }
}

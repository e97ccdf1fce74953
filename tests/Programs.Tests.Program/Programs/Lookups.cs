using Pulumi;
using Pulumi.Kubernetes.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;

namespace Scalelab.Programs.Tests.Program.Programs;

/// <summary>Reads what it does not own, and adds to it by a patch.</summary>
internal sealed class Lookups : Stack
{
    public Lookups()
    {
        var system = Namespace.Get("system", "kube-system");
        var account = ServiceAccount.Get("default", "default/default");
        Phase = system.Status.Apply(status => status.Phase);
        Account = Output.Format($"{account.Metadata.Apply(metadata => metadata.Namespace)}/{account.Metadata.Apply(metadata => metadata.Name)}");

        var owned = new Namespace("owned");
        var patch = new NamespacePatch("contact", new NamespacePatchArgs
        {
            Metadata = new ObjectMetaPatchArgs
            {
                Name = owned.Metadata.Apply(metadata => metadata.Name),
                Annotations = { ["pulumi.com/patchForce"] = "true", ["contact"] = "platform@example.com" },
            },
        });
        Contact = patch.Metadata.Apply(metadata => metadata.Annotations["contact"]);
    }

    [Output("phase")]
    public Output<string> Phase { get; private set; }

    [Output("account")]
    public Output<string> Account { get; private set; }

    [Output("contact")]
    public Output<string> Contact { get; private set; }
}

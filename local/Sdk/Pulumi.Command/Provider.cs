namespace Pulumi.Command;

/// <summary>Where commands run; there is nothing to configure.</summary>
[CommandResourceType("pulumi:providers:command")]
public partial class Provider : ProviderResource
{
    public Provider(string name, ProviderArgs? args = null, CustomResourceOptions? options = null)
        : base("command", name, args ?? new ProviderArgs(), Package.Complete(options, ""))
    {
    }
}

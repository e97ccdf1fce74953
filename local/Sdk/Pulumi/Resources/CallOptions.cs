namespace Pulumi;

/// <summary>How a component's method is called.</summary>
public class CallOptions
{
    /// <summary>A resource whose provider is used.</summary>
    public Resource? Parent { get; set; }

    public ProviderResource? Provider { get; set; }

    public string? Version { get; set; }

    public string? PluginDownloadURL { get; set; }
}

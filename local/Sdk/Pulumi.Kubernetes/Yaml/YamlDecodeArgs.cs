namespace Pulumi.Kubernetes.Yaml;

/// <summary>The arguments of the provider's function that reads manifests.</summary>
internal sealed class YamlDecodeArgs : InvokeArgs
{
    [Input("text")]
    public Input<string>? Text { get; set; }
}

namespace Pulumi.Kubernetes.Types.Inputs.Provider;

/// <summary>How fast the provider asks the cluster. Each property defaults to an environment variable, <c>PULUMI_K8S_CLIENT_…</c>.</summary>
public class KubeClientSettingsArgs : ResourceArgs
{
    public KubeClientSettingsArgs()
    {
        Burst = SettingReader.ReadInt32("PULUMI_K8S_CLIENT_BURST");
        Qps = SettingReader.ReadDouble("PULUMI_K8S_CLIENT_QPS");
        Timeout = SettingReader.ReadInt32("PULUMI_K8S_CLIENT_TIMEOUT");
    }

    public static new KubeClientSettingsArgs Empty => new();

    /// <summary>Requests beyond the rate that may be made at once. Default: 240.</summary>
    [Input("burst")]
    public Input<int>? Burst { get; set; }

    /// <summary>Requests a second. Default: 120.</summary>
    [Input("qps")]
    public Input<double>? Qps { get; set; }

    /// <summary>Seconds that a request may take. Default: 32.</summary>
    [Input("timeout")]
    public Input<int>? Timeout { get; set; }
}

namespace Pulumi.Command.Remote.Inputs;

/// <summary>How to reach a machine that leads to another one.</summary>
public sealed class ProxyConnectionArgs : ResourceArgs
{
    public static new ProxyConnectionArgs Empty => new();

    /// <summary>The SSH agent's socket.</summary>
    [Input("agentSocketPath")]
    public Input<string>? AgentSocketPath { get; set; }

    /// <summary>Attempts to connect; 0 for no limit. Default 10.</summary>
    [Input("dialErrorLimit")]
    public Input<int>? DialErrorLimit { get; set; } = 10;

    /// <summary>The machine's address.</summary>
    [Input("host", required: true)]
    public Input<string> Host { get; set; } = null!;

    /// <summary>The machine's expected key.</summary>
    [Input("hostKey")]
    public Input<string>? HostKey { get; set; }

    /// <summary>The user's password.</summary>
    [field: Input("password")]
    public Input<string>? Password
    {
        get;
        set => field = value == null ? null : (Input<string>)Output.CreateSecret(value.ToOutput());
    }

    /// <summary>Seconds an attempt may take. Default 15.</summary>
    [Input("perDialTimeout")]
    public Input<int>? PerDialTimeout { get; set; } = 15;

    /// <summary>Default 22.</summary>
    [Input("port")]
    public Input<double>? Port { get; set; } = 22d;

    /// <summary>The user's key.</summary>
    [field: Input("privateKey")]
    public Input<string>? PrivateKey
    {
        get;
        set => field = value == null ? null : (Input<string>)Output.CreateSecret(value.ToOutput());
    }

    /// <summary>What the key is encrypted with.</summary>
    [field: Input("privateKeyPassword")]
    public Input<string>? PrivateKeyPassword
    {
        get;
        set => field = value == null ? null : (Input<string>)Output.CreateSecret(value.ToOutput());
    }

    /// <summary>Default root.</summary>
    [Input("user")]
    public Input<string>? User { get; set; } = "root";
}

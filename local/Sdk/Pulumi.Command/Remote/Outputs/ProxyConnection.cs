using System.Diagnostics.CodeAnalysis;

namespace Pulumi.Command.Remote.Outputs;

/// <summary>How a machine is reached that leads to another one.</summary>
[OutputType]
[SuppressMessage("Design", "CA1051", Justification = "Pulumi's public API.")]
public sealed class ProxyConnection
{
    /// <summary>The SSH agent's socket.</summary>
    public readonly string? AgentSocketPath;
    /// <summary>Attempts to connect; 0 for no limit. Default 10.</summary>
    public readonly int? DialErrorLimit;
    /// <summary>The machine's address.</summary>
    public readonly string Host;
    /// <summary>The machine's expected key.</summary>
    public readonly string? HostKey;
    /// <summary>The user's password.</summary>
    public readonly string? Password;
    /// <summary>Seconds an attempt may take. Default 15.</summary>
    public readonly int? PerDialTimeout;
    /// <summary>Default 22.</summary>
    public readonly double? Port;
    /// <summary>The user's key.</summary>
    public readonly string? PrivateKey;
    /// <summary>What the key is encrypted with.</summary>
    public readonly string? PrivateKeyPassword;
    /// <summary>Default root.</summary>
    public readonly string? User;

    [OutputConstructor]
    internal ProxyConnection(
        string? agentSocketPath,
        int? dialErrorLimit,
        string host,
        string? hostKey,
        string? password,
        int? perDialTimeout,
        double? port,
        string? privateKey,
        string? privateKeyPassword,
        string? user)
    {
        AgentSocketPath = agentSocketPath;
        DialErrorLimit = dialErrorLimit;
        Host = host;
        HostKey = hostKey;
        Password = password;
        PerDialTimeout = perDialTimeout;
        Port = port;
        PrivateKey = privateKey;
        PrivateKeyPassword = privateKeyPassword;
        User = user;
    }
}

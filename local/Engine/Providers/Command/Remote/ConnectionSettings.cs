using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Command.Remote;

/// <summary>How a machine is reached by SSH: the input <c>connection</c> with its defaults.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">22 by default.</param>
/// <param name="User">root by default.</param>
internal sealed record ConnectionSettings(string Host, int Port, string User)
{
    private static readonly HashSet<string> Keys =
        ["agentSocketPath", "dialErrorLimit", "host", "hostKey", "password", "perDialTimeout", "port", "privateKey", "privateKeyPassword", "proxy", "user"];

    public string? Password { get; private init; }

    public string? PrivateKey { get; private init; }

    public string? PrivateKeyPassword { get; private init; }

    /// <summary>The socket of an SSH agent; <c>SSH_AUTH_SOCK</c> where the program names none.</summary>
    public string? AgentSocketPath { get; private init; }

    /// <summary>Failed attempts to connect that are put up with, 10 by default; -1 for any number.</summary>
    public int DialErrorLimit { get; private init; } = 10;

    /// <summary>For each attempt, 15 seconds by default; null for no limit.</summary>
    public TimeSpan? PerDialTimeout { get; private init; }

    /// <summary>The machine's key as known_hosts and authorized_keys write it: <c>ssh-ed25519 AAAA…</c>.</summary>
    public string? HostKey { get; private init; }

    /// <summary>The machine through which this one is reached.</summary>
    public ConnectionSettings? Proxy { get; private init; }

    public static ConnectionSettings Read(PropertyMap connection, ProviderContext context)
    {
        var seconds = Number(connection, "perDialTimeout", 15);
        return new ConnectionSettings(connection.FindText("host") ?? "", (int)Number(connection, "port", 22), connection.FindText("user") ?? "root")
        {
            Password = connection.FindText("password"),
            PrivateKey = connection.FindText("privateKey"),
            PrivateKeyPassword = connection.FindText("privateKeyPassword"),
            AgentSocketPath = connection.FindText("agentSocketPath") ?? context.Variable("SSH_AUTH_SOCK"),
            DialErrorLimit = (int)Number(connection, "dialErrorLimit", 10),
            PerDialTimeout = seconds > 0 ? TimeSpan.FromSeconds(seconds) : null,
            HostKey = connection.FindText("hostKey"),
            Proxy = connection.Find("proxy") is PropertyMap proxy ? Read(proxy, context) : null,
        };
    }

    /// <summary>What is wrong with a connection that a program gives. Unknown values, in previews, pass.</summary>
    public static IEnumerable<CheckFailure> Check(PropertyValue? connection, string path = "connection")
    {
        if (connection is UnknownValue)
        {
            yield break;
        }

        if (connection is not PropertyMap map)
        {
            yield return new CheckFailure(path, "is missing: say how to reach the machine, at least its 'host'.");
            yield break;
        }

        foreach (var key in map.Keys.Where(key => !Keys.Contains(key) || (key == "proxy" && path != "connection")))
        {
            yield return new CheckFailure($"{path}.{key}", "a connection has no such input; leave it out.");
        }

        if (map.Find("host") is not (UnknownValue or StringValue { Value.Length: > 0 }))
        {
            yield return new CheckFailure($"{path}.host", "is missing: give the machine's name or address.");
        }

        if (map.Find("port") is NumberValue { Value: var port } && port is < 1 or > 65535)
        {
            yield return new CheckFailure($"{path}.port", $"is {port}; it must be a port, 1 to 65535.");
        }

        foreach (var failure in map.Find("proxy") is { } proxy and not NullValue && path == "connection" ? Check(proxy, $"{path}.proxy") : [])
        {
            yield return failure;
        }
    }

    private static double Number(PropertyMap map, string key, double fallback) => map.Find(key) is NumberValue { Value: var number } ? number : fallback;
}
